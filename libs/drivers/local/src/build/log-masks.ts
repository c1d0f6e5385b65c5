/** A value shorter than this would blot out ordinary text. */
const MIN_LENGTH = 4;
const MASK = "******";

/** Hides secrets that a program prints by itself, whole or line by line. */
export function maskSecrets(secrets: readonly Uint8Array[]): (text: string) => string {
  const words = secrets.flatMap((secret) => {
    const text = Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength).toString("utf8");
    return [text, text.trim(), ...text.split("\n").map((line) => line.trim())];
  });
  const sorted = [...new Set(words)]
    .filter((word) => word.length >= MIN_LENGTH)
    .toSorted((a, b) => b.length - a.length);
  return (text) => sorted.reduce((masked, word) => masked.replaceAll(word, MASK), text);
}
