import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { examine } from "./doctor.ts";
import { reasonOf } from "./errors.ts";
import { ENGINE_NAMES, type EngineName, findProgram } from "./needs.ts";
import { startEngines } from "./start.ts";

const USAGE = `Usage: node tools/engines/main.ts run [--want NAME,...] -- COMMAND...
       node tools/engines/main.ts doctor

run     starts private engines, runs COMMAND with their addresses in its environment
        (GANTRY_TEST_*), stops what it started, and ends with COMMAND's exit code
doctor  says what is there, what is missing, and why; exit code 1 when something is

NAME: ${ENGINE_NAMES.join(" ")} (default: all of them)
GANTRY_REQUIRE_ENGINES=1: a missing engine is an error
GANTRY_TEST_DOCKER_HOST, GANTRY_TEST_REGISTRY, ...: use this one instead of starting one
`;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How long COMMAND may take to end after a signal. */
const GRACE_MS = 30_000;

function print(line: string): void {
  process.stderr.write(`engines: ${line}\n`);
}

function toEngineName(word: string): EngineName | undefined {
  return ENGINE_NAMES.find((name) => name === word);
}

interface Interruption {
  readonly signal: AbortSignal;
  readonly cause: () => NodeJS.Signals | undefined;
  readonly onSignal: (listener: (name: NodeJS.Signals) => void) => void;
}

/** Turns signals into an abort, for as long as the process lives: a second Ctrl-C must not cut short the clearing away. */
function watchSignals(): Interruption {
  const abort = new AbortController();
  const received: NodeJS.Signals[] = [];
  const listeners: ((name: NodeJS.Signals) => void)[] = [];
  for (const name of SIGNALS) {
    process.on(name, () => {
      received.push(name);
      abort.abort();
      for (const listener of listeners) listener(name);
    });
  }
  return {
    signal: abort.signal,
    cause: () => received[0],
    onSignal: (listener) => listeners.push(listener),
  };
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** A Ctrl-C on a terminal goes to the whole foreground group: COMMAND has had it already. */
function hasHadIt(name: NodeJS.Signals): boolean {
  return name === "SIGINT" && process.stdin.isTTY;
}

/** Before COMMAND: has it end when this process is killed. */
const MORTAL = findProgram("setpriv") === undefined ? [] : ["setpriv", "--pdeathsig", "TERM"];

async function runCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  interruption: Interruption,
): Promise<number> {
  const [file = "", ...args] = [...MORTAL, ...command];
  const child: ChildProcess = spawn(file, args, { stdio: "inherit", env });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once("close", (code, signal) => resolve(exitCodeOf(code, signal)));
  child.once("error", (error) => {
    print(`cannot run ${file}: ${error.message}`);
    resolve(127);
  });
  interruption.onSignal((name) => {
    if (!hasHadIt(name)) child.kill(name);
    setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
  });
  return promise;
}

async function run(want: readonly EngineName[], command: readonly string[]): Promise<number> {
  const interruption = watchSignals();
  try {
    const { signal } = interruption;
    await using engines = await startEngines({ want, signal, report: print });
    for (const [name, reason] of Object.entries(engines.missing)) print(`no ${name}: ${reason}`);
    // A signal that came when all was started, and before there is a command to pass it to.
    signal.throwIfAborted();
    return await runCommand(command, { ...process.env, ...engines.env }, interruption);
  } catch (error) {
    const cause = interruption.cause();
    if (cause !== undefined) return exitCodeOf(null, cause);
    print(reasonOf(error));
    return 1;
  }
}

async function doctor(): Promise<number> {
  const { isFine, lines } = await examine();
  process.stdout.write(`${lines.join("\n")}\n`);
  return isFine ? 0 : 1;
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n\n${USAGE}`);
  return 2;
}

async function main(argv: readonly string[]): Promise<number> {
  const split = argv.indexOf("--");
  const [own, command] = split < 0 ? [argv, []] : [argv.slice(0, split), argv.slice(split + 1)];
  const { values, positionals } = parseArgs({
    args: [...own],
    allowPositionals: true,
    options: { want: { type: "string", default: ENGINE_NAMES.join(",") } },
  });
  const words = values.want.split(",");
  const want = words.flatMap((word) => toEngineName(word) ?? []);
  if (want.length < words.length) return refuse(`--want: unknown name in ${values.want}`);
  if (positionals.join(" ") === "doctor") return doctor();
  if (positionals.join(" ") !== "run") return refuse(`unknown command: ${positionals.join(" ")}`);
  return command.length === 0 ? refuse("run: no COMMAND after --") : run(want, command);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) =>
  refuse(reasonOf(error)),
);
