/** Gives the mode of a file or directory after `--chmod`. */
export type ModeChange = (mode: number, isDirectory: boolean) => number;

const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const BITS: Readonly<Record<string, number>> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  s: 0o6000,
  t: 0o1000,
};

/** Reads octal digits or symbolic clauses such as `u=rwX,go=rX`; `undefined` when `text` is neither. */
export function readChmod(text: string): ModeChange | undefined {
  if (/^[0-7]{3,5}$/.test(text)) {
    const fixed = Number.parseInt(text, 8);
    return () => fixed;
  }
  const clauses = text.split(",").map((clause) => /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause));
  const changes = clauses.flatMap((match) =>
    match === null ? [] : toChanges(match[1] ?? "", match[2] ?? ""),
  );
  if (clauses.includes(null)) return undefined;
  return (mode, isDirectory) => changes.reduce((now, change) => change(now, isDirectory), mode);
}

function toChanges(who: string, actions: string): ModeChange[] {
  const mask = Array.from(who || "a").reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0);
  return [...actions.matchAll(/([-+=])([rwxXst]*)/g)].map(([, operator, letters = ""]) => {
    return (mode, isDirectory) => {
      const bits = mask & toBits(letters, isDirectory || (mode & 0o111) !== 0);
      if (operator === "+") return mode | bits;
      return operator === "-" ? mode & ~bits : (mode & ~(mask & 0o777)) | bits;
    };
  });
}

function toBits(letters: string, mayExecute: boolean): number {
  return Array.from(letters).reduce((sum, letter) => {
    if (letter === "X") return mayExecute ? sum | 0o111 : sum;
    return sum | (BITS[letter] ?? 0);
  }, 0);
}
