/** `value` without its shortest, or longest, beginning that matches the shell pattern. */
export function matchPrefix(value: string, pattern: string, longest: boolean): string {
  const match = new RegExp(`^${toSource(pattern, longest)}`, "su").exec(value);
  return match === null ? value : value.slice(match[0].length);
}

/** `value` without its shortest, or longest, end that matches the shell pattern. */
export function matchSuffix(value: string, pattern: string, longest: boolean): string {
  const whole = new RegExp(`^${toSource(pattern, true)}$`, "su");
  const starts = Array.from({ length: value.length + 1 }, (_, index) => index);
  const order = longest ? starts : starts.toReversed();
  const start = order.find((index) => whole.test(value.slice(index)));
  return start === undefined ? value : value.slice(0, start);
}

/** `value` with the first match, or all matches, of the shell pattern replaced. */
export function replacePattern(
  value: string,
  pattern: string,
  options: { readonly all: boolean; readonly by: string },
): string {
  const source = new RegExp(toSource(pattern, true), options.all ? "gsu" : "su");
  return value.replace(source, () => options.by);
}

/** `*` and `?` are wild, a backslash takes that away. */
function toSource(pattern: string, greedy: boolean): string {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] ?? "";
    if (char === "*") source += greedy ? ".*" : ".*?";
    else if (char === "?") source += ".";
    else if (char === "\\" && index + 1 < pattern.length)
      source += RegExp.escape(pattern[++index] ?? "");
    else source += RegExp.escape(char);
  }
  return source;
}
