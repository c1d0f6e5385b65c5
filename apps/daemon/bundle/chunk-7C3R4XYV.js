import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);

// libs/drivers/local/src/sandbox/setup/quote.ts
function shellQuote(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
function shellWords(words) {
  return words.map(shellQuote).join(" ");
}
function fstabField(text) {
  return text.replaceAll(
    /[\s\\#]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`
  );
}

export {
  shellQuote,
  shellWords,
  fstabField
};
