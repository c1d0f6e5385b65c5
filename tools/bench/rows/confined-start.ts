import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { confine, type ConfineRequest } from "@gantry/confine";
import { launchDriver } from "@gantry/driver-api";
import { contentDigest, Limits, NO_POWERS } from "@gantry/driver-package";
import { startProcess } from "@gantry/process";
import { MeasureError } from "../errors.ts";
import { type Line, overheadNote, pairedLine } from "../line.ts";
import { comparePairs } from "../measure.ts";
import type { Row } from "../row.ts";
import { differenceOf } from "../statistics.ts";
import type { World } from "../world.ts";

/** What confinement may add to a start, in milliseconds. */
const TARGET = 30;
const READY = 'process.stdout.write("ready\\n");\n';

/** How a process is started, confined or not. */
interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

interface Subject {
  readonly what: string;
  readonly command: readonly string[];
  /** Puts the package's files into a directory. */
  fill(directory: string, root: string): Promise<void>;
  /** Starts it; gives the milliseconds, on the clock of `performance`, at which it was ready. */
  untilReady(start: Start, world: World): Promise<number>;
}

const SUBJECTS: readonly Subject[] = [
  {
    what: "a confined Node program, checked and started, to its first word",
    command: ["node", "ready.js"],
    fill: (directory) => writeFile(join(directory, "ready.js"), READY),
    async untilReady({ command, args, env, cwd }) {
      await using child = await startProcess(command, args, { env, cwd, group: true });
      await once(child.stdout, "data");
      const ready = performance.now();
      await child.exit;
      return ready;
    },
  },
  {
    what: "a confined driver in Python, checked and started, to its handshake",
    command: ["python3", "driver.py"],
    fill: (directory, root) =>
      cp(join(root, "examples", "driver-python"), directory, { recursive: true }),
    async untilReady(start, world) {
      const dir = world.newPath("state");
      await mkdir(dir);
      const context = { stateDir: dir, contentDir: dir };
      await using _driver = await launchDriver({ ...start, options: {}, context });
      return performance.now();
    },
  },
];

export const confinedStartRows: readonly Row[] = SUBJECTS.map((subject) => ({
  group: "confined-start",
  what: subject.what,
  measure: (world) => measure(subject, world),
}));

async function measure(subject: Subject, world: World): Promise<readonly Line[]> {
  const { signal, pairs: count } = world;
  const directory = world.newPath("package");
  await mkdir(directory);
  await subject.fill(directory, world.root);
  const request = await requestOf(subject, directory, world);
  const free = unconfined(subject, directory);
  const pairs = await comparePairs({
    ours: { run: () => confinedStart(subject, request, world) },
    beside: {
      async run() {
        const began = performance.now();
        return (await subject.untilReady(free, world)) - began;
      },
    },
    pairs: count,
    signal,
  });
  const { what } = subject;
  const added = differenceOf(pairs).median;
  return [
    pairedLine({ what, beside: "unconfined", pairs, note: overheadNote(pairs) }),
    {
      what: `what confinement adds to ${subject.command[0]}`,
      measured: { value: added, unit: "ms" },
      target: { of: "value", atMost: TARGET },
      count: pairs.length,
    },
  ];
}

/** The check of the content and all that has to be made ready is part of it; clearing away is not. */
async function confinedStart(
  subject: Subject,
  request: ConfineRequest,
  world: World,
): Promise<number> {
  const began = performance.now();
  await using confined = await confine(request, world.signal);
  if (confined.confinement.state === "unconfined") {
    const reason = confined.confinement.missing.join();
    throw new MeasureError(`Nothing can be confined here: ${reason}.`, { hint: "" });
  }
  return (await subject.untilReady(confined, world)) - began;
}

function unconfined({ command }: Subject, directory: string): Start {
  const [first = "", ...args] = command;
  const program = first === "node" ? process.execPath : `/usr/bin/${first}`;
  // Python would write into the package.
  const env = { PATH: "/usr/bin:/bin", PYTHONDONTWRITEBYTECODE: "1" };
  return { command: program, args, env, cwd: directory };
}

async function requestOf(
  { command }: Subject,
  directory: string,
  world: World,
): Promise<ConfineRequest> {
  const home = world.newPath("home");
  await mkdir(home);
  return {
    name: "bench",
    directory,
    sha512: await contentDigest(directory),
    command,
    granted: NO_POWERS,
    limits: Limits.parse({}),
    stateDir: join(home, "drivers", "bench"),
    contentDir: join(home, "drivers", "bench", "content"),
    environment: {},
    hidden: [home],
    policy: "default",
  };
}
