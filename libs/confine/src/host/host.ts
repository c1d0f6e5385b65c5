import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable, runCommand, TempDir } from "@gantry/process";
import { ENTER_PROGRAM, type Step, writeRecipe } from "../enter/recipe.ts";
import { type Machine, ownCalls, thisMachine } from "../enter/system-calls.ts";
import { seccompFilter } from "../seccomp/filter.ts";

/** A machine that can confine, and what it lacks all the same. */
export interface ConfiningHost {
  readonly machine: Machine;
  readonly perl: string;
  readonly seccomp: boolean;
}

/** Why a machine cannot confine. */
export interface UnfitHost {
  readonly reason: string;
}

const TOOLS_PATH = "/usr/bin:/bin:/usr/local/bin";
const PROBE_MS = 20_000;

/** Flags of `unshare`: mounts, control groups, host name, System V IPC, users, processes; and the network. */
const SPACES = 0x3e02_0000;
const NETWORK_SPACE = 0x4000_0000;
const USER_SPACE = 0x1000_0000;

/** Fit hosts only: what keeps a host from confining may pass. */
const fit = new Map<string, ConfiningHost>();

/** Finds out, by doing it once, whether this machine can confine a process. */
export async function probeHost(): Promise<ConfiningHost | UnfitHost> {
  const known = fit.get(process.platform);
  if (known !== undefined) return known;
  const found = await probe();
  if ("perl" in found) fit.set(process.platform, found);
  return found;
}

async function probe(): Promise<ConfiningHost | UnfitHost> {
  if (process.platform !== "linux") return { reason: `${process.platform} has no namespaces` };
  const machine = thisMachine();
  if (machine === undefined) return { reason: `no system calls are known for ${process.arch}` };
  const perl = await findExecutable("perl", TOOLS_PATH);
  if (perl === undefined) return { reason: "perl is not installed (package perl-base)" };
  for (const seccomp of [true, false]) {
    const host = { machine, perl, seccomp };
    const failure = await tryOut(host);
    if (failure === undefined) return host;
    if (!seccomp || !failure.includes("filter system calls")) return { reason: failure };
  }
  return { reason: "unknown" };
}

/** Makes a confinement with nothing in it. */
async function tryOut(host: ConfiningHost): Promise<string | undefined> {
  await using dir = await TempDir.create("gantry-confine-");
  const steps = [
    ...openingSteps(host, dir.path, { network: true }),
    ["proc", "subset=pid"] as const,
  ];
  const closing = closingSteps(host, { cwd: "/", spaces: false, listeners: [["loopback"]] });
  const args = await writeEntry(dir.path, [...steps, ...closing, ["leave"]]);
  const signal = AbortSignal.timeout(PROBE_MS);
  const { exit, stderr } = await runCommand(host.perl, args, { env: {}, signal });
  if (exit.code === 0) return undefined;
  return (
    stderr.trim().replace(/^gantry: this driver could not be confined: /, "") || "it was killed"
  );
}

/** The first steps of every confinement: into namespaces, onto an empty root. */
export function openingSteps(
  { machine }: ConfiningHost,
  directory: string,
  { network, stranger }: Opening,
): readonly Step[] {
  const spaces = SPACES + (network ? NETWORK_SPACE : 0);
  return [
    ...ownCalls(machine).map(([name, number]): Step => ["number", name, number]),
    ...(stranger === undefined ? [] : [["stranger", stranger] satisfies Step]),
    ["apart", stranger === undefined ? spaces : spaces - USER_SPACE],
    ["root", join(directory, "root")],
  ];
}

export interface Opening {
  readonly network: boolean;
  /** The id that root's driver gets; absent: it stays who we are. */
  readonly stranger?: number | undefined;
}

export interface Closing {
  readonly cwd: string;
  /** Whether the driver may make namespaces and mounts of its own. */
  readonly spaces: boolean;
  readonly listeners: readonly Step[];
  readonly stranger?: number | undefined;
}

/** The last steps of every confinement: into the root, out of every privilege. */
export function closingSteps(
  { machine, seccomp }: ConfiningHost,
  { cwd, spaces, listeners, stranger }: Closing,
): readonly Step[] {
  const filter = seccompFilter({ machine, spaces }).toString("hex");
  return [
    ...(spaces ? [] : [["last"] satisfies Step]),
    ["enter", cwd],
    ...listeners,
    ...(stranger === undefined ? [] : [["become", stranger] satisfies Step]),
    ["drop"],
    ["alone"],
    ...(seccomp ? [["seccomp", filter] satisfies Step] : []),
  ];
}

/** Writes what carries out the steps into `directory`; gives the arguments for Perl. */
export async function writeEntry(
  directory: string,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const [program, recipe] = [join(directory, "enter.pl"), join(directory, "recipe")];
  await Promise.all([
    mkdir(join(directory, "root"), { recursive: true }),
    writeFile(program, ENTER_PROGRAM, { mode: 0o400 }),
    writeFile(recipe, writeRecipe(steps), { mode: 0o400 }),
  ]);
  return [program, recipe];
}
