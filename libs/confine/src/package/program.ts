import { open, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { findExecutable } from "@gantry/process";
import { ConfineError } from "../errors.ts";
import type { ConfineRequest } from "../request.ts";
import type { VerifiedCopy } from "./verified-copy.ts";

/** Where the package is for every driver. */
export const PACKAGE_DIR = "/driver";
/** Where programs are that have no place in the machine's own directories. */
export const PROGRAM_DIR = "/run/gantry/bin";
/** Where programs are looked for, before the operator's own PATH. */
export const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** What a manifest's command may name besides files of the package. */
const INTERPRETERS = new Set(["node", "python3", "sh", "env"]);

/** A program of the machine, and where the driver finds it. */
export interface Program {
  readonly name: string;
  /** The file itself, no link. */
  readonly file: string;
  readonly place: string;
}

/** What is started, and the programs that have to be there for it. */
export interface StartCommand {
  readonly argv: readonly string[];
  readonly programs: readonly Program[];
}

/** Settles what a manifest's command means. Throws `ConfineError` for a program that is not there or not allowed. */
export async function resolveCommand(
  request: ConfineRequest,
  copy: VerifiedCopy,
): Promise<StartCommand> {
  const [first = "", ...args] = request.command;
  if (!first.includes("/")) {
    const program = await interpreter(request, first);
    return { argv: [program.place, ...args], programs: [program] };
  }
  const path = posix.normalize(first);
  if (copy.files.get(path) !== true) {
    throw notStartable(request, `${first} is no executable file of its package`);
  }
  const names = await shebang(join(copy.directory, path));
  const programs = await Promise.all(names.map((name) => interpreter(request, name)));
  return { argv: [`${PACKAGE_DIR}/${path}`, ...args], programs };
}

/** Programs of the machine by name, as granted; those that the machine lacks are left out. */
export async function findPrograms(
  names: readonly string[],
  path: string | undefined,
): Promise<readonly Program[]> {
  const found = await Promise.all(names.map((name) => findProgram(name, path)));
  return found.filter((program) => program !== undefined);
}

async function interpreter(request: ConfineRequest, name: string): Promise<Program> {
  const { granted, environment } = request;
  const granting = granted.subprocesses.includes("*") || granted.subprocesses.includes(name);
  if (!INTERPRETERS.has(name) && !granting) {
    throw notStartable(request, `it needs ${name}, which it was not granted`);
  }
  const program = await findProgram(name, environment["PATH"]);
  if (program === undefined) throw notStartable(request, `it needs ${name}, which is not here`);
  return program;
}

async function findProgram(name: string, path: string | undefined): Promise<Program | undefined> {
  if (name === "node") return { name, file: process.execPath, place: `${PROGRAM_DIR}/node` };
  const found = await findExecutable(name, `${SYSTEM_PATH}:${path ?? ""}`);
  if (found === undefined) return undefined;
  const file = await realpath(found);
  const place = isSystem(found) && isSystem(file) ? found : `${PROGRAM_DIR}/${name}`;
  return { name, file, place };
}

/** Whether a file is in the part of the machine that every driver sees. */
function isSystem(file: string): boolean {
  return /^\/(usr|bin|sbin)\//.test(file);
}

/** The interpreters that a script's first line names: `env` and the program, or the program alone. */
async function shebang(file: string): Promise<readonly string[]> {
  await using handle = await open(file, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
  const line = buffer.subarray(0, bytesRead).toString("latin1").split("\n", 1)[0] ?? "";
  if (!line.startsWith("#!")) return [];
  const words = line.slice(2).trim().split(/\s+/);
  const names = words.map((word) => posix.basename(word)).filter((word) => !word.startsWith("-"));
  return names[0] === "env" ? names.slice(0, 2) : names.slice(0, 1);
}

function notStartable({ name }: ConfineRequest, why: string): ConfineError {
  return new ConfineError("not-startable", `Driver ${name} cannot be started: ${why}.`, {
    hint: `Look at \`command\` in its manifest with \`gantry drivers show ${name}\`, and at what it was granted.`,
  });
}
