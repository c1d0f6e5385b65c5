const MASK = "*******";

/** Replaces secret values in text that comes in pieces, also where a value is cut in two. */
export class Masker {
  readonly #secrets: readonly string[];
  readonly #longest: number;
  readonly #held = { stdout: "", stderr: "" };

  constructor(secrets: readonly string[]) {
    const lines = secrets
      .flatMap((secret) => [secret, ...secret.split("\n")])
      .map((text) => text.trim());
    this.#secrets = [...new Set(lines)]
      .filter((text) => text !== "")
      .toSorted((a, b) => b.length - a.length);
    this.#longest = this.#secrets[0]?.length ?? 0;
  }

  /** The text that is safe to pass on now; an end that may begin a secret is kept back. */
  push(stream: "stdout" | "stderr", text: string): string {
    if (this.#longest === 0) return text;
    const masked = this.#mask(this.#held[stream] + text);
    const keep = masked.endsWith("\n") ? 0 : this.#tail(masked);
    this.#held[stream] = masked.slice(masked.length - keep);
    return masked.slice(0, masked.length - keep);
  }

  /** What was kept back, once the stream has ended. */
  end(stream: "stdout" | "stderr"): string {
    const rest = this.#held[stream];
    this.#held[stream] = "";
    return rest;
  }

  #mask(text: string): string {
    return this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }

  /** How much of the end could be the beginning of a secret. */
  #tail(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#secrets.some((secret) => secret.startsWith(end))) return length;
    }
    return 0;
  }
}
