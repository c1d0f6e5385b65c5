import { isNone, POWER_LISTS, type PowerList } from "./compare-powers.ts";
import type { EngineApi, EngineCall, EngineReach, Powers } from "./powers.ts";

/** One power as a person reads it. */
export interface PowerWords {
  /** The field of the manifest. */
  readonly power: keyof Powers;
  /** A sentence without a subject: `read ~/.kube and what is below it`. */
  readonly text: string;
  /** Whether it leads to the whole machine, or out of every limit. */
  readonly isGrave: boolean;
}

const CALLS: Readonly<Record<EngineCall, string>> = {
  build: "build images",
  images: "pull, push and remove images",
  run: "run containers",
  exec: "start programs in its containers",
  networks: "make networks",
  volumes: "make volumes",
};

const REACH: Readonly<Record<EngineReach, string>> = {
  capabilities: "give its containers further kernel capabilities",
  "host-mounts": "mount directories of this machine into its containers",
  "host-namespaces": "run its containers in this machine's own network and processes",
  privileged: "run privileged containers, which is control of the whole machine",
  "raw-socket": "use the engine's own socket, unfiltered, which is control of the whole machine",
};

/** What an engine is called, and what is done for it that a driver cannot do itself. */
const ENGINES: Readonly<
  Record<EngineApi, { readonly name: string; readonly start: readonly string[] }>
> = {
  docker: { name: "the container engine", start: [] },
  podman: { name: "Podman", start: ["have Gantry run `podman system service` where none listens"] },
};

const ALL: Readonly<Partial<Record<PowerList, string>>> = {
  network: "connect to any host, and to what listens on this machine",
  subprocesses: "start any program of this machine",
};

/** Names of which there may be many, and of which none is graver than another. */
const TOGETHER: Readonly<Partial<Record<PowerList, string>>> = {
  environment: "see your variables",
  subprocesses: "start the programs",
};

const SAY: Readonly<Record<PowerList, (word: string) => string>> = {
  read: (path) => `read ${below(path)}`,
  write: (path) => `read and change ${below(path)}`,
  network: sayHost,
  environment: (name) => `see your variable ${name}`,
  secrets: (name) => `use your secret ${name}`,
  subprocesses: (program) => `start the program ${program}`,
  devices: (path) => `use the device ${path}`,
};

/** What the powers allow, in plain words, the gravest kinds first. Nothing for no power. */
export function describePowers(powers: Powers): readonly PowerWords[] {
  return [...engineWords(powers), ...POWER_LISTS.flatMap((kind) => listWords(kind, powers[kind]))];
}

/** The same as lines of text; one line says so when there is no power at all. */
export function powerLines(powers: Powers): readonly string[] {
  if (isNone(powers)) return ["nothing of this machine"];
  return describePowers(powers).map((one) => (one.isGrave ? `${one.text} (!)` : one.text));
}

function engineWords({ engine }: Powers): readonly PowerWords[] {
  if (engine === undefined) return [];
  const { start, name } = ENGINES[engine.api ?? "docker"];
  const own = engine.reach.includes("raw-socket") ? "" : "; its own ones only";
  const calls = `use ${name} to ${engine.calls.map((call) => CALLS[call]).join(", ")}${own}`;
  return [
    { power: "engine", text: calls, isGrave: false },
    ...start.map((text): PowerWords => ({ power: "engine", text, isGrave: false })),
    ...engine.reach.map(
      (reach): PowerWords => ({
        power: "engine",
        text: REACH[reach],
        isGrave: reach !== "capabilities",
      }),
    ),
  ];
}

function listWords(kind: PowerList, words: readonly string[]): readonly PowerWords[] {
  const together = TOGETHER[kind];
  if (together !== undefined && words.length > 1 && !words.includes("*"))
    return [{ power: kind, text: `${together} ${words.toSorted().join(", ")}`, isGrave: false }];
  return words.map((word) => ({
    power: kind,
    text: (word === "*" ? ALL[kind] : undefined) ?? SAY[kind](word),
    isGrave: isGrave(kind, word),
  }));
}

function isGrave(kind: PowerList, word: string): boolean {
  if (word === "*") return true;
  return (
    (kind === "write" || kind === "read" || kind === "devices") && /^(~?\/+|\/dev\/?)$/.test(word)
  );
}

function below(path: string): string {
  if (/^\/+$/.test(path)) return "every file of this machine";
  return /^~\/+$/.test(path) ? "your whole home directory" : `${path} and what is below it`;
}

function sayHost(word: string): string {
  const at = word.lastIndexOf(":");
  const host = word.slice(0, at);
  const port = word.slice(at + 1);
  const where = host.startsWith("*.") ? `any host below ${host.slice(2)}` : host;
  return `connect to ${where}, ${port === "*" ? "any port" : `port ${port}`}`;
}
