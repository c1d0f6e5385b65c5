const MASK = "*****";
/** Shorter values would turn ordinary words into stars. */
const MIN_CHARACTERS = 4;

/** A secret that is read only when it is needed. */
export interface ReadableSecret {
  readonly id: string;
  read(signal: AbortSignal): Promise<Uint8Array>;
}

/** Takes the secrets that a build has read out of what its steps print. */
export class SecretMask {
  readonly #values = new Set<string>();

  /** The same secret, remembered once it is read. */
  watch(secret: ReadableSecret): ReadableSecret {
    return {
      id: secret.id,
      read: async (signal) => {
        const bytes = await secret.read(signal);
        for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
          const value = line.trim();
          if (value.length >= MIN_CHARACTERS) this.#values.add(value);
        }
        return bytes;
      },
    };
  }

  apply(text: string): string {
    let masked = text;
    for (const value of this.#values) masked = masked.replaceAll(value, MASK);
    return masked;
  }
}
