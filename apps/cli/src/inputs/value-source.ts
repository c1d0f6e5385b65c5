import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../command-line/usage-error.ts";
import { splitWords } from "./split-words.ts";

/** Where a value comes from, as credential and parameter sets write it. */
export interface ValueSource {
  readonly kind: "value" | "env" | "path" | "command";
  readonly hint: string;
}

/** What a source is resolved against. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What the value is for, in messages: `--cred password`. */
  readonly what: string;
}

const KINDS: ReadonlySet<string> = new Set(["value", "env", "path", "command"]);

export function isSourceKind(kind: string): kind is ValueSource["kind"] {
  return KINDS.has(kind);
}

/** Gets the bytes that a source names, on this machine. Throws `UsageError`, which never holds a value. */
export async function resolveSource({ kind, hint }: ValueSource, place: Place): Promise<Buffer> {
  switch (kind) {
    case "value":
      return Buffer.from(hint);
    case "env":
      return fromVariable(hint, place);
    case "path":
      return fromFile(hint, place);
    case "command":
      return fromCommand(hint, place);
  }
}

/** The same as text. A value that is not UTF-8 is refused: a credential is text. */
export async function resolveText(source: ValueSource, place: Place): Promise<string> {
  const bytes = await resolveSource(source, place);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${place.what} is not UTF-8 text.`, {
      hint: "Encode it, with base64 for example, and decode it in the bundle.",
      cause,
    });
  }
}

function fromVariable(name: string, { env, what }: Place): Buffer {
  const value = env[name];
  if (value !== undefined) return Buffer.from(value);
  throw new UsageError(`${what} comes from the variable ${name}, which is not set.`, {
    hint: `Run \`export ${name}=...\` first, or name another source.`,
  });
}

async function fromFile(hint: string, { env, cwd, what }: Place): Promise<Buffer> {
  const path = resolve(cwd, expand(hint, { env, cwd, what }));
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw new UsageError(`${what} comes from the file ${path}, which cannot be read (${reason}).`, {
      hint: "Correct the path, or its permissions.",
      cause,
    });
  }
}

function expand(path: string, { env, what }: Place): string {
  return path.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) =>
    fromVariable(bare ?? braced ?? "", { env, cwd: "", what: `The path of ${what}` }).toString(),
  );
}

/** What it prints on stderr stays out of the value; one newline at the end is taken off. */
async function fromCommand(hint: string, { env, cwd, what }: Place): Promise<Buffer> {
  const [program, ...args] = splitWords(hint);
  if (program === undefined) throw failed(what, "names no program");
  const { ProcessError, runCommand } = await import("@gantry/process");
  const { exit, stdout } = await runCommand(program, args, { cwd, env: { ...env } }).catch(
    (cause: unknown) => {
      if (cause instanceof ProcessError) throw failed(what, cause.message, cause);
      throw cause;
    },
  );
  if (exit.code !== 0) throw failed(what, `${program} ended with ${exit.code ?? exit.signal}`);
  const end = stdout.at(-1) === 0x0a ? (stdout.at(-2) === 0x0d ? -2 : -1) : undefined;
  return stdout.subarray(0, end);
}

function failed(what: string, reason: string, cause?: unknown): UsageError {
  return new UsageError(`${what} comes from a command that failed: ${reason}.`, {
    hint: "Run the command by hand; no shell reads it, so pipes and variables do nothing.",
    cause,
  });
}
