import { NO_POWERS, type Powers } from "./powers.ts";

/** Whether one granted word allows another one that is asked for. */
type Covers = (granted: string, asked: string) => boolean;

/** The lists of names and paths among the powers. */
export type PowerList = Exclude<keyof Powers, "engine">;

const isSame: Covers = (granted, asked) => granted === asked;

const RULES: Readonly<Record<PowerList, Covers>> = {
  read: coversPath,
  write: coversPath,
  network: coversHost,
  environment: isSame,
  secrets: isSame,
  subprocesses: (granted, asked) => granted === "*" || granted === asked,
  devices: coversPath,
};

/** The kinds of powers that are lists, in the order in which they are shown. */
export const POWER_LISTS: readonly PowerList[] = [
  "read",
  "write",
  "network",
  "environment",
  "secrets",
  "subprocesses",
  "devices",
];

/** What is asked for beyond what is granted; no power at all when the grant covers everything. */
export function widening(granted: Powers, asked: Powers): Powers {
  const wider: Powers = { ...NO_POWERS };
  for (const kind of POWER_LISTS) {
    const allowed = kind === "read" ? [...granted.read, ...granted.write] : granted[kind];
    wider[kind] = asked[kind].filter((word) => !allowed.some((one) => RULES[kind](one, word)));
  }
  const engine = wideningOfEngine(granted.engine, asked.engine);
  return engine === undefined ? wider : { ...wider, engine };
}

/** Whether everything asked for is granted. */
export function isCovered(granted: Powers, asked: Powers): boolean {
  return isNone(widening(granted, asked));
}

/** The powers of both. */
export function together(one: Powers, other: Powers): Powers {
  const more = widening(one, other);
  const sum: Powers = { ...NO_POWERS };
  for (const kind of POWER_LISTS) sum[kind] = [...one[kind], ...more[kind]];
  const [first, second] = [one.engine, other.engine];
  if (first === undefined && second === undefined) return sum;
  const calls = [...new Set([...(first?.calls ?? []), ...(second?.calls ?? [])])];
  const reach = [...new Set([...(first?.reach ?? []), ...(second?.reach ?? [])])];
  return { ...sum, engine: { ...second, ...first, calls, reach } };
}

/** As much of a grant as is asked for still. */
export function narrowed(granted: Powers, asked: Powers): Powers {
  const beyond = widening(asked, granted);
  const kept: Powers = { ...NO_POWERS };
  for (const kind of POWER_LISTS)
    kept[kind] = granted[kind].filter((word) => !beyond[kind].includes(word));
  const { engine } = granted;
  const calls = engine?.calls.filter((call) => asked.engine?.calls.includes(call)) ?? [];
  if (engine === undefined || calls.length === 0 || !isSameApi(engine, asked.engine)) return kept;
  const reach = engine.reach.filter((one) => asked.engine?.reach.includes(one));
  return { ...kept, engine: { ...engine, calls, reach } };
}

/** Whether this is no power at all. */
export function isNone(powers: Powers): boolean {
  return powers.engine === undefined && POWER_LISTS.every((kind) => powers[kind].length === 0);
}

/** Calls stay with a reach that widens: a reach alone says nothing of what it is for. */
function wideningOfEngine(
  granted: Powers["engine"],
  asked: Powers["engine"],
): Powers["engine"] | undefined {
  if (asked === undefined) return undefined;
  if (granted === undefined || !isSameApi(granted, asked)) return asked;
  const calls = asked.calls.filter((call) => !granted.calls.includes(call));
  const reach = asked.reach.filter((one) => !granted.reach.includes(one));
  if (calls.length === 0 && reach.length === 0) return undefined;
  return { ...asked, calls: calls.length === 0 ? asked.calls : calls, reach };
}

/** Another engine is another power, whatever may be done with it. */
function isSameApi(one: Powers["engine"], other: Powers["engine"]): boolean {
  return (one?.api ?? "docker") === (other?.api ?? "docker");
}

function coversPath(granted: string, asked: string): boolean {
  const outer = trimmed(granted);
  const inner = trimmed(asked);
  return outer === "" || inner === outer || inner.startsWith(`${outer}/`);
}

/** `/a//b/./c/` is `/a/b/c`; `..` never gets here. */
function trimmed(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const start = path.startsWith("/") && parts.length > 0 ? "/" : "";
  return `${start}${parts.join("/")}`;
}

function coversHost(granted: string, asked: string): boolean {
  if (granted === "*") return true;
  if (asked === "*") return false;
  const outer = hostAndPort(granted);
  const inner = hostAndPort(asked);
  return (outer.port === "*" || outer.port === inner.port) && coversName(outer.host, inner.host);
}

/** `*.example.com` covers what is below it, and no `example.com`. */
function coversName(granted: string, asked: string): boolean {
  if (granted === asked) return true;
  return granted.startsWith("*.") && asked.endsWith(granted.slice(1)) && asked !== granted.slice(1);
}

function hostAndPort(text: string): { readonly host: string; readonly port: string } {
  const at = text.lastIndexOf(":");
  return { host: text.slice(0, at).toLowerCase(), port: text.slice(at + 1) };
}
