/** `text` as one word of a POSIX shell, whatever is in it. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Words of one shell command. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}

/** A field of fstab(5): white space, backslashes and `#` in octal. */
export function fstabField(text: string): string {
  return text.replaceAll(
    /[\s\\#]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
