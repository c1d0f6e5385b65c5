import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { Fault } from "../fault.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts sensitive values with AES-256-GCM. A value that was changed, or belongs elsewhere, does not decrypt. */
export class Cipher {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads the key file, made with mode 0600 when absent. Throws `config-invalid` for one that is no key. */
  static open(path: string): Cipher {
    const key = readKey(path) ?? createKey(path);
    if (key.length === KEY_BYTES) return new Cipher(key);
    throw new Fault(
      "config-invalid",
      `The key file ${path} has ${key.length} bytes, expected ${KEY_BYTES}.`,
      {
        hint: "Restore it from a backup. Without it the sensitive values stored so far cannot be read.",
      },
    );
  }

  /** `owner` says whose value it is; decrypting asks for the same. */
  encrypt(value: Uint8Array, owner: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(owner));
    const body = Buffer.concat([cipher.update(value), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  decrypt(sealed: Uint8Array, owner: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
    } catch (cause) {
      throw new Fault("internal", "A stored sensitive value cannot be decrypted.", {
        hint: "The key file or the database was replaced. Restore both from the same backup.",
        cause,
      });
    }
  }
}

function readKey(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written aside and linked into place, so that a crash never leaves half a key. */
function createKey(path: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  const aside = `${path}.${process.pid}`;
  const file = openSync(aside, "wx", 0o600);
  try {
    writeSync(file, key);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  linkSync(aside, path);
  rmSync(aside);
  return key;
}
