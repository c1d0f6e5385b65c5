import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, rm, writeFile } from "node:fs/promises";
import { findExecutable, runCommand } from "@gantry/process";
import { allowed } from "./run/environment.ts";
import { executableNotFound, toDriverError } from "./errors.ts";
import type { CommandOptions } from "./options.ts";
import { identify, type ProcessIdentity } from "./run/process-identity.ts";
import type { RunDirectory } from "./run/run-directory.ts";

/**
 * Runs the program and writes its exit status down, then ends whatever the program left running in its process group. The
 * shell catches SIGTERM only to survive it: the program itself gets it with its usual meaning. What the shell starts for its
 * own ends ignores it, or a second SIGTERM would end the `mv` that brings the exit status into place.
 */
const WRAPPER = [
  "asked=",
  "trap asked=1 TERM INT HUP",
  `(trap '' TERM INT HUP; echo $$ > "$3.new" && mv "$3.new" "$3")`,
  'if [ -n "$asked" ]; then status=143; else "$1"; status=$?; fi',
  "trap '' TERM INT HUP",
  'echo "$status" > "$2.new" && mv "$2.new" "$2"',
  "kill -KILL 0",
].join("\n");

/** The executable of one endpoint. */
export class CommandEngine {
  readonly #options: CommandOptions;
  readonly #host: Readonly<Record<string, string | undefined>>;
  #handled: Promise<readonly string[]> | undefined;

  constructor(options: CommandOptions, host: Readonly<Record<string, string | undefined>>) {
    this.#options = options;
    this.#host = host;
  }

  /** What the executable is called, for messages. */
  get name(): string {
    const { executable, name = "" } = this.#options;
    return executable ?? `cnab-${name.toLowerCase()}`;
  }

  /** The executable's path. Throws `engine-unavailable`. */
  async find(): Promise<string> {
    const { path = this.#host["PATH"] } = this.#options;
    const slash = this.name.lastIndexOf("/");
    const dirs = slash < 0 ? path : this.name.slice(0, slash) || "/";
    const found = await findExecutable(this.name.slice(slash + 1), dirs);
    if (found === undefined) throw executableNotFound(this.name);
    return found;
  }

  /** The image types that the executable names; none when it fails, hangs or prints nothing of the kind. Asked once. */
  async imageTypes(signal: AbortSignal): Promise<readonly string[]> {
    this.#handled ??= this.#askImageTypes(signal);
    try {
      return await this.#handled;
    } catch (error) {
      this.#handled = undefined;
      throw toDriverError(error);
    }
  }

  async #askImageTypes(signal: AbortSignal): Promise<readonly string[]> {
    const timeout = AbortSignal.timeout(this.#options.handlesTimeoutMs);
    const file = await this.find();
    try {
      const { exit, stdout } = await runCommand(file, ["--handles"], {
        env: allowed(this.#host, this.#options),
        signal: AbortSignal.any([signal, timeout]),
        graceMs: 200,
        group: true,
        maxBytes: 64 * 1024,
      });
      return exit.code === 0 ? readImageTypes(stdout.toString("utf8")) : [];
    } catch (error) {
      if (signal.aborted) throw error;
      return [];
    }
  }

  /** Starts the executable on `operation`, detached: it goes on, and its output is kept, whatever becomes of this process. */
  async start(
    operation: string,
    directory: RunDirectory,
    env: Readonly<Record<string, string>>,
  ): Promise<ProcessIdentity> {
    const file = await this.find();
    await writeFile(directory.input, operation, { mode: 0o600, flag: "wx" });
    await using input = await open(directory.input, "r");
    await rm(directory.input);
    await using stdout = await open(directory.stdout, "ax", 0o600);
    await using stderr = await open(directory.stderr, "ax", 0o600);
    const child = spawn("sh", ["-c", WRAPPER, "sh", file, directory.exit, directory.pid], {
      env: { ...env },
      cwd: directory.path,
      detached: true,
      stdio: [input.fd, stdout.fd, stderr.fd],
    });
    await once(child, "spawn");
    child.unref();
    return identify(child.pid ?? 0);
  }
}

/** Comma-separated names, each of the form that an image type has. Anything else on stdout is no answer. */
function readImageTypes(text: string): string[] {
  const types = text.split(",").map((each) => each.trim());
  return types.every((each) => /^[\w.+/-]{1,64}$/.test(each)) ? types : [];
}
