/** Splits at white space, quotes and escapes kept: for instructions whose words are expanded later. */
export function splitWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    word += char;
    if (char === escape && quote !== "'" && index + 1 < text.length) word += text[++index] ?? "";
    else if (quote === char) quote = "";
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
  }
  return word === "" ? words : [...words, word];
}

/** Splits at white space only. */
export function splitPlain(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** A JSON array of strings; `undefined` when `text` is none, which then is shell form. */
export function readJsonWords(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const words = value.filter((item) => typeof item === "string");
  return words.length === value.length ? words : undefined;
}

/** Cuts `name=value` at its first `=`; `value` is absent without one. */
export function cutPair(text: string): { name: string; value: string | undefined } {
  const cut = text.indexOf("=");
  if (cut < 0) return { name: text, value: undefined };
  return { name: text.slice(0, cut), value: text.slice(cut + 1) };
}
