import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type Child, findExecutable, runCommand, startProcess } from "@gantry/process";
import { commandFailed, engineLost, pluginMissing } from "./errors.ts";
import { type BuildxOptions, configDir } from "./options.ts";

/** Where the docker CLI looks for plugins of everybody, after those of the user. */
const PLUGIN_DIRS = ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"].map(
  (dir) => `${dir}/docker/cli-plugins`,
);
const PLUGIN = "docker-buildx";
const GRACE_MS = 5_000;

/** What is said besides the answer is said in plain words, and nothing is added to an image that nobody asked for. */
const SETTINGS = { BUILDX_NO_DEFAULT_ATTESTATIONS: "1", DOCKER_CLI_HINTS: "false" };

export interface BuildxCall {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

/** A call of the plugin that builds. */
export interface BuildCall extends BuildxCall {
  /** Open files that the plugin gets as its numbers 3 and on. */
  readonly files: readonly number[];
}

/** The plugin and the docker CLI as programs. The only file that starts them. */
export class BuildxEngine {
  readonly #options: BuildxOptions;
  readonly #stateDir: string;
  #program: Promise<string> | undefined;

  constructor(options: BuildxOptions, { stateDir }: { readonly stateDir: string }) {
    this.#options = options;
    this.#stateDir = stateDir;
  }

  /** Starts a build. Its account is on stderr. Aborting asks it to end, and kills it and its helpers when it does not. */
  async build({ args, files, signal }: BuildCall): Promise<Child> {
    return startProcess(await this.program(), ["build", ...this.#builder(), ...args], {
      ...(await this.#spawn(signal)),
      stdio: ["ignore", "ignore", "pipe", ...files],
    });
  }

  /** What the plugin prints for a question. Throws when it does not end with 0. */
  async ask(question: "inspect" | "version", signal: AbortSignal): Promise<string> {
    const args = [question, ...(question === "inspect" ? this.#builder() : [])];
    return (
      await run(await this.program(), { args, signal }, await this.#spawn(signal))
    ).toString();
  }

  /** What the docker CLI prints. Throws when it does not end with 0. */
  async docker(call: BuildxCall): Promise<string> {
    return (await run("docker", call, await this.#spawn(call.signal))).toString();
  }

  /**
   * What the docker CLI writes to its output, as it comes. Throws at the end when it did not end with 0.
   * @yields its bytes
   */
  async *read(call: BuildxCall): AsyncGenerator<Uint8Array> {
    await using child = await startProcess("docker", call.args, await this.#spawn(call.signal));
    child.stdin.end();
    const said = textOf(child.stderr);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    await settle(child, { call, said: await said });
  }

  /** Feeds bytes to the docker CLI. Throws when it does not end with 0. */
  async write(call: BuildxCall, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await using child = await startProcess("docker", call.args, await this.#spawn(call.signal));
    const said = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    // It may end before it has read everything, and then says why.
    child.stdin.on("error", () => undefined);
    for await (const chunk of bytes) {
      if (!child.isRunning) break;
      if (!child.stdin.write(chunk)) await drained(child);
    }
    child.stdin.end();
    await settle(child, { call, said: (await said).join("") });
  }

  /** The plugin's path. Throws `engine-unavailable` when it is nowhere. */
  program(): Promise<string> {
    this.#program ??= this.#find();
    // One that is missing now may be installed before the next call.
    this.#program.catch(() => (this.#program = undefined));
    return this.#program;
  }

  async #find(): Promise<string> {
    const { program, environment = {} } = this.#options;
    if (program !== undefined) return program;
    const own = configDir(this.#options);
    const dirs = [...(own === undefined ? [] : [join(own, "cli-plugins")]), ...PLUGIN_DIRS];
    const path = [...dirs, environment["PATH"] ?? ""].join(":");
    const found = await findExecutable(PLUGIN, path);
    if (found === undefined) throw pluginMissing(dirs);
    return found;
  }

  /** Where the plugin cannot write its records beside the docker CLI's configuration it keeps them in a place of the driver's. */
  async #ownRecords(): Promise<Readonly<Record<string, string>>> {
    const directory = configDir(this.#options);
    const canWrite =
      directory !== undefined && (await isWritable(join(directory, "buildx"), directory));
    return canWrite ? {} : { BUILDX_CONFIG: join(this.#stateDir, "buildx") };
  }

  /** Without a name it is the one that the plugin itself would take. */
  #builder(): readonly string[] {
    const { builder } = this.#options;
    return builder === undefined ? [] : ["--builder", builder];
  }

  async #spawn(signal: AbortSignal) {
    const env = { ...(await this.#ownRecords()), ...this.#options.environment, ...SETTINGS };
    return { env, signal, group: true, graceMs: GRACE_MS };
  }
}

/** Whether files can be made in a directory, or the directory itself. */
async function isWritable(directory: string, parent: string): Promise<boolean> {
  for (const path of [directory, parent]) {
    try {
      await access(path, constants.W_OK);
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) return false;
    }
  }
  return false;
}

async function run(
  command: string,
  call: BuildxCall,
  spawn: Parameters<typeof runCommand>[2],
): Promise<Buffer> {
  const { exit, stdout, stderr } = await runCommand(command, call.args, spawn);
  if (exit.code !== 0) throw commandFailed(call.args, stderr.trim() || `exit code ${exit.code}`);
  return stdout;
}

interface Ending {
  readonly call: BuildxCall;
  readonly said: string;
}

async function settle(child: Child, { call, said }: Ending): Promise<void> {
  const { code } = await child.exit;
  call.signal.throwIfAborted();
  if (code === 0) return;
  if (code === null) throw engineLost(`docker ${call.args[0] ?? ""} ran`);
  throw commandFailed(call.args, said.trim());
}

async function drained(child: Child): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.stdin.once("drain", resolve).once("close", resolve);
  await promise;
}

const MAX_SAID = 16_000;

async function textOf(stream: Readable): Promise<string> {
  let said = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) said = `${said}${String(chunk)}`.slice(-MAX_SAID);
  return said;
}
