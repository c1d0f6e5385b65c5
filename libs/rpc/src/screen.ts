/** Levels of arrays and objects in one message. */
const MOST_LEVELS = 100;

/** What is put in the place of a text that came in. */
export type ScreenText = (text: string) => string;

type Container = Record<string, unknown>;

/**
 * Makes parsed JSON safe to work with, in place: no own `__proto__`, every text put through `clean`, and no key that
 * `clean` would change. Gives what is wrong when it is nested deeper than what works on it could follow.
 */
export function screen(root: object, clean?: ScreenText): string | undefined {
  let level = [root as Container];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return `The message is nested deeper than ${MOST_LEVELS} levels.`;
    const below: Container[] = [];
    for (const one of level) screenOne(one, below, clean);
    level = below;
  }
  return undefined;
}

function screenOne(one: Container, below: Container[], clean: ScreenText | undefined): void {
  for (const key in one) {
    const value = one[key];
    if (key === "__proto__" || (clean !== undefined && clean(key) !== key)) delete one[key];
    else if (typeof value === "object" && value !== null) below.push(value as Container);
    else if (typeof value === "string" && clean !== undefined) one[key] = clean(value);
  }
}
