import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { TempDir } from "@gantry/process";
import { canceled, fileExists, programMissing, rootUnusable, sandboxFailed } from "../errors.ts";
import { writeEtcFiles } from "./setup/etc-files.ts";
import type { SandboxHost } from "./host.ts";
import { InitProcess, WITH_HELPER } from "./setup/init-process.ts";
import { groupFiles } from "./setup/file-groups.ts";
import { mapIds } from "./ids/map-ids.ts";
import { commonDir, firstTable, type Scratch, secondTable } from "./mount-table.ts";
import {
  PAYLOAD_HELLO,
  payloadWords,
  releaseScript,
  startPayload,
} from "./setup/payload-script.ts";
import { checkSpec, firstScript, secondScript } from "./setup/plan.ts";
import { Sandbox } from "./sandbox.ts";
import { ANNOUNCE, attend } from "./setup/setup-script.ts";
import type { PlacedFile, SandboxSpec, StartOptions } from "./spec.ts";

const START_MS = 30_000;
const GRACE_MS = 5_000;

/** Starts the program of `spec`; returns once it runs. A failure leaves nothing behind. */
export async function startSandbox(
  host: SandboxHost,
  spec: SandboxSpec,
  options: StartOptions,
): Promise<Sandbox> {
  checkSpec(host, spec);
  if (options.signal.aborted) throw canceled("The start of a sandbox");
  await using scratch = await TempDir.create("run-", host.dir);
  const init = await InitProcess.start(commandWords(host, options), {
    stdio: options.stdio ?? "pipe",
    inherited: host.inherited,
  });
  const timeout = AbortSignal.any([options.signal, AbortSignal.timeout(START_MS)]);
  const starting = new Starting(host, spec, init);
  const kill = (): void => starting.kill();
  timeout.addEventListener("abort", kill, { once: true });
  try {
    const pid = await starting.run(scratch.path, options);
    const sandbox = new Sandbox(init, pid, options.graceMs ?? GRACE_MS);
    if (options.supervisor !== undefined) return sandbox;
    const stop = (): void => void sandbox.stop();
    options.signal.addEventListener("abort", stop, { once: true });
    void init.exit.then(() => options.signal.removeEventListener("abort", stop));
    if (options.signal.aborted) stop();
    return sandbox;
  } catch (error) {
    kill();
    await init.exit;
    throw options.signal.aborted ? canceled("The start of a sandbox") : error;
  } finally {
    timeout.removeEventListener("abort", kill);
    init.letGo();
  }
}

function commandWords(host: SandboxHost, options: StartOptions): string[] {
  const { setpriv, sh, unshare } = host.tools;
  const apart = ["--user", "--keep-caps", "--mount", "--pid", "--ipc", "--uts", "--fork"];
  const { script, args } = options.supervisor ?? { script: 'exec "$@"\n', args: [] };
  const dying = options.supervisor === undefined ? [setpriv, "--pdeathsig", "KILL"] : [];
  const made = options.supervisor === undefined ? ["--kill-child"] : [];
  const command = [...dying, unshare, ...apart, ...made, sh, "-s"];
  return [sh, "-c", WITH_HELPER + script, "gantry-run", ...args, ...command];
}

/** The way from a new process to a running program. */
class Starting {
  readonly #host: SandboxHost;
  readonly #spec: SandboxSpec;
  readonly #init: InitProcess;

  constructor(host: SandboxHost, spec: SandboxSpec, init: InitProcess) {
    this.#host = host;
    this.#spec = spec;
    this.#init = init;
  }

  async run(dir: string, options: StartOptions): Promise<number> {
    const { signal } = options;
    const { scratch, table, etc } = await this.#prepare(dir);
    this.#init.tellSetup(ANNOUNCE);
    this.#init.tellPayload(PAYLOAD_HELLO);
    const pid = Number((await this.#init.expectSetup(["pid"], signal)).rest);
    const started = { initPid: pid, outerPid: this.#init.process.pid ?? 0 };
    await options.onCreated?.(started);
    await this.#mapIds(pid, signal);
    if (this.#spec.network === "none") await this.#ownNetwork(signal);
    this.#init.tellSetup(
      startPayload(payloadWords(this.#host.tools, this.#host.mapping, this.#spec)) +
        firstScript(this.#host, this.#spec, { scratch, table }),
    );
    const [second] = await Promise.all([
      secondScript(this.#host, this.#spec, etc),
      this.#init.expectSetup(["staged"], signal),
      // Loaded before the root changes: afterwards no program of this machine can be.
      this.#init.expectPayload(["ready"], signal),
    ]);
    await this.#stageFiles(pid, scratch);
    this.#init.tellSetup(second);
    await this.#expectPivot(signal);
    await this.#dropOldRoot(pid, signal);
    await options.onReady?.(started);
    this.#init.tellSetup(attend({ writesCode: options.supervisor !== undefined }));
    await this.#release(signal);
    return pid;
  }

  async #mapIds(pid: number, signal: AbortSignal): Promise<void> {
    const command = await mapIds(this.#host.tools, this.#host.mapping, pid);
    if (command !== undefined) await this.#init.askOutside(command, "mapped", signal);
  }

  /** Made only now that ids are mapped: the namespace's root would own nothing of it otherwise. */
  async #ownNetwork(signal: AbortSignal): Promise<void> {
    const { unshare, sh } = this.#host.tools;
    this.#init.tellSetup(`exec ${unshare} --net ${sh} -c 'echo apart; exec ${sh} -s'\n`);
    await this.#init.expectSetup(["apart"], signal);
  }

  async #prepare(dir: string) {
    const scratch: Scratch = {
      rootDir: join(dir, "root"),
      stageDir: join(dir, "stage"),
      tablePath: join(dir, "second"),
    };
    const table = join(dir, "first");
    const { lowerDirs, upperDir, workDir } = this.#spec.root;
    const baseDir = commonDir([...lowerDirs, upperDir, workDir]);
    const [etc] = await Promise.all([
      writeEtcFiles(dir, this.#spec),
      mkdir(scratch.rootDir),
      mkdir(scratch.stageDir),
      writeFile(table, firstTable(this.#spec.root, scratch, baseDir)),
      writeFile(scratch.tablePath, secondTable(this.#spec, scratch, this.#host)),
    ]);
    return { scratch, table, etc };
  }

  /** Writes the files' content into the stage, which only this sandbox and its maker can reach. */
  async #stageFiles(pid: number, scratch: Scratch): Promise<void> {
    const stage = `/proc/${pid}/root${scratch.stageDir}`;
    const { mapping } = this.#host;
    // Whoever may not give files away leaves it to the set-up.
    const owner = mapping.kind === "full" ? this.#spec.user : undefined;
    for (const group of groupFiles(this.#spec.files ?? [])) {
      const dir = join(stage, group.stage);
      await mkdir(dir, { recursive: true });
      await Promise.all(
        group.files.map((file) => stageFile(join(dir, basename(file.path)), file, owner)),
      );
    }
  }

  async #expectPivot(signal: AbortSignal): Promise<void> {
    const { word, rest } = await this.#init.expectSetup(["pivoted", "exists", "link"], signal);
    if (word === "exists") throw fileExists(rest);
    if (word === "link") throw rootUnusable(rest);
  }

  /** Takes this machine's file system away. Entering the mount namespace leads to the old root, which lies on top. */
  async #dropOldRoot(pid: number, signal: AbortSignal): Promise<void> {
    const { nsenter, umount } = this.#host.tools;
    const enter = `${nsenter} -t ${pid} --user --mount --preserve-credentials`;
    await this.#init.askOutside(`${enter} ${umount} -l /`, "dropped", signal);
  }

  async #release(signal: AbortSignal): Promise<void> {
    this.#init.tellPayload(releaseScript(this.#spec));
    const { word, rest } = await this.#init.expectPayload(["released", "refused"], signal);
    if (word === "refused") throw refusal(rest, this.#spec);
  }

  /** Ends every process of the attempt. */
  kill(): void {
    const { pid, exitCode, signalCode } = this.#init.process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // All of them have ended.
    }
  }
}

async function stageFile(
  path: string,
  file: PlacedFile,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Promise<void> {
  await writeFile(path, file.content, { mode: 0o600, flag: "wx" });
  await chmod(path, file.mode);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

function refusal(what: string, spec: SandboxSpec): Error {
  if (what === "program") return programMissing(spec.argv[0] ?? "");
  return sandboxFailed("working directory", `its user may not enter ${spec.cwd}`);
}
