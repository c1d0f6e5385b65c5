import { chmod, mkdir, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Run, RunFacet, RunSpec } from "@gantry/driver-api";
import { chainIds, type ContentStore, type Image } from "@gantry/oci";
import type { ImageRef, RunCapabilities } from "@gantry/reports";
import { canceled, invalidRun, runConflict, toLocalError } from "../errors.ts";
import { localPlatform } from "../platform.ts";
import { hasManyIds } from "../sandbox/ids/many-ids.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import type { SandboxSpec, StartedProcesses } from "../sandbox/spec.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { removeTrees } from "../snapshots/remove-trees.ts";
import type { Snapshots } from "../snapshots/snapshots.ts";
import { enterGroups, limitFeatures, ownGroupParents, removeGroups } from "./cgroup.ts";
import { readImageFile } from "./image/image-files.ts";
import { GONE, LocalRun, removeRunDir } from "./local-run.ts";
import { observe } from "./observe.ts";
import { bootId, identify, isAlive } from "./processes.ts";
import { RunDir, type RunRecord } from "./run-dir.ts";
import { checkRun, RUN_ID, toSandboxSpec } from "./spec.ts";
import { supervisor } from "./supervisor.ts";
import { type ImageUser, resolveUser } from "./image/user.ts";

export interface LocalRunsOptions {
  /** A directory for each run. */
  readonly dir: string;
  readonly host: () => Promise<SandboxHost>;
  readonly snapshots: () => Promise<Snapshots>;
  readonly store: () => Promise<ContentStore>;
  /** The image of a run, fetched when it is not here. */
  readonly obtainImage: (ref: ImageRef, signal: AbortSignal) => Promise<Image>;
}

const IMAGE_TYPES = ["docker", "oci"];

/** Runs images in namespaces of their own. A run needs nothing of this process once it has started. */
export class LocalRuns implements RunFacet {
  readonly #options: LocalRunsOptions;
  #capabilities: RunCapabilities | undefined;
  #currentBoot: string | undefined;

  constructor(options: LocalRunsOptions) {
    this.#options = options;
  }

  get capabilities(): RunCapabilities {
    this.#capabilities ??= {
      platforms: [localPlatform()],
      features: [
        "capabilities",
        ...limitFeatures(ownGroupParents()),
        "mounts",
        "network-default",
        "network-host",
        "network-none",
        "observe",
        "recover",
        ...(hasManyIds() ? (["terminal"] as const) : []),
      ],
    };
    return this.#capabilities;
  }

  async handles(imageType: string): Promise<boolean> {
    return IMAGE_TYPES.includes(imageType);
  }

  async start(spec: RunSpec, signal: AbortSignal): Promise<Run> {
    try {
      checkRun(spec, this.capabilities);
      if (signal.aborted) throw canceled(`The start of run ${spec.id}`);
      const image = await this.#options.obtainImage(spec.image, signal);
      return await this.#start(spec, image, signal);
    } catch (error) {
      throw toLocalError(error, `The start of run ${spec.id}`, signal);
    }
  }

  async recover(id: string, signal: AbortSignal): Promise<Run | undefined> {
    if (!RUN_ID.test(id)) return undefined;
    const dir = this.#dirOf(id);
    const record = await dir.record();
    if (record === undefined) return undefined;
    const host = await this.#options.host();
    const processes = await dir.processes();
    if (processes !== undefined) {
      return new LocalRun({ id, dir, host, processes, record, boot: this.#boot() });
    }
    if (!(await isStarting(dir, record))) await removeRunDir(host, dir.path, signal);
    return undefined;
  }

  async sweep(owner: string, keep: readonly string[], signal: AbortSignal): Promise<string[]> {
    const removed: string[] = [];
    await this.#finishRemovals(signal);
    for (const id of await readdir(this.#options.dir).catch(() => [])) {
      if (keep.includes(id) || !RUN_ID.test(id)) continue;
      const dir = this.#dirOf(id);
      const record = await dir.record();
      if (record?.owner !== owner || (await isStarting(dir, record))) continue;
      const run = await this.recover(id, signal);
      await run?.remove(signal);
      removed.push(id);
    }
    return removed;
  }

  /** Removes what was being removed when its remover was killed. */
  async #finishRemovals(signal: AbortSignal): Promise<void> {
    const names = await readdir(this.#options.dir).catch(() => []);
    const left = names.filter((name) => name.startsWith(GONE));
    if (left.length === 0) return;
    await removeTrees(
      await this.#options.host(),
      left.map((name) => join(this.#options.dir, name)),
      signal,
    );
  }

  /** Chain ids of the images that runs stand on: their snapshots must stay. */
  async chainsInUse(): Promise<string[]> {
    const ids = await readdir(this.#options.dir).catch(() => []);
    const records = await Promise.all(ids.map((id) => this.#dirOf(id).record()));
    return records.flatMap((record) => (record?.chain === undefined ? [] : [record.chain]));
  }

  async #start(spec: RunSpec, image: Image, signal: AbortSignal): Promise<Run> {
    const { host: openHost, snapshots, store } = this.#options;
    const host = await openHost();
    const lowerDirs = await (await snapshots()).lowerDirs(await store(), image.layers, signal);
    const user = await userOf(image, lowerDirs);
    const dir = this.#dirOf(spec.id);
    await mkdir(this.#options.dir, { recursive: true, mode: 0o711 });
    const record = newRecord(spec, image, user);
    if (!(await dir.claim(record))) throw runConflict(spec.id);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => removeRunDir(host, dir.path, new AbortController().signal));
    const [top = ""] = lowerDirs;
    await chmod(dir.upper, (await stat(top)).mode & 0o7777);
    const root = { lowerDirs, upperDir: dir.upper, workDir: dir.work };
    const sandbox = toSandboxSpec(spec, { root, image, user, outputsSource: dir.outputs });
    const ownEnvironment = image.config.config?.Env ?? [];
    const launch = { spec, sandbox, dir, host, record, signal, undo, ownEnvironment };
    const run = await this.#launch(launch);
    if (signal.aborted) {
      await run.remove(new AbortController().signal);
      throw canceled(`The start of run ${spec.id}`);
    }
    undo.move();
    return run;
  }

  async #launch(launch: Launch): Promise<LocalRun> {
    const { spec, sandbox, dir, host, record, signal, undo, ownEnvironment } = launch;
    const groups: string[] = [];
    await using stdout = await open(dir.stdout, "a");
    await using stderr = await open(dir.stderr, "a");
    const started = await startSandbox(host, sandbox, {
      stdio: ["ignore", stdout.fd, stderr.fd],
      signal,
      supervisor: { script: supervisor(host.tools), args: [dir.exit] },
      onCreated: async ({ initPid }) => {
        const member = { name: `gantry-${spec.id}`, pid: initPid };
        const made = await enterGroups(ownGroupParents(), limitsOf(spec), member);
        groups.push(...made);
        undo.defer(() => removeGroups(made));
      },
      onReady: async (created) => {
        await letOutputBeReopened(created.initPid);
        const expected = { spec, record, ownEnvironment, outputs: dir.outputs };
        await dir.setObserved(await observe(created.initPid, expected));
        await dir.setProcesses({ ...toProcesses(created), groups });
      },
    });
    started.letGo();
    const processes = await dir.processes();
    if (processes === undefined) throw invalidRun(`Run ${spec.id} was removed.`, "Start it again.");
    return new LocalRun({ id: spec.id, dir, host, processes, record, boot: this.#boot() });
  }

  #boot(): string {
    this.#currentBoot ??= bootId();
    return this.#currentBoot;
  }

  #dirOf(id: string): RunDir {
    return new RunDir(join(this.#options.dir, id));
  }
}

interface Launch {
  readonly spec: RunSpec;
  readonly sandbox: SandboxSpec;
  readonly dir: RunDir;
  readonly host: SandboxHost;
  readonly record: RunRecord;
  readonly signal: AbortSignal;
  readonly undo: AsyncDisposableStack;
  /** `NAME=value` of the image. */
  readonly ownEnvironment: readonly string[];
}

function newRecord(spec: RunSpec, image: Image, user: ImageUser): RunRecord {
  const chain = chainIds(image.layers.map(({ diffId }) => diffId)).at(-1);
  return {
    id: spec.id,
    owner: spec.owner,
    labels: { ...spec.labels },
    image: image.configDigest,
    ...(chain === undefined ? {} : { chain }),
    user: { uid: user.uid, gid: user.gid },
    starter: identify(process.pid) ?? { pid: process.pid, start: "" },
    boot: bootId(),
  };
}

/** Whether the process that started it is still about to. */
async function isStarting(dir: RunDir, record: RunRecord): Promise<boolean> {
  if (record.boot !== bootId() || !isAlive(record.starter)) return false;
  return (await dir.processes()) === undefined;
}

async function userOf(image: Image, lowerDirs: readonly string[]): Promise<ImageUser> {
  const [passwd, group] = await Promise.all([
    readImageFile(lowerDirs, "/etc/passwd"),
    readImageFile(lowerDirs, "/etc/group"),
  ]);
  return resolveUser(image.config.config?.User ?? "", { passwd, group });
}

/** The program may run as another user than the one who made its pipes, and open /dev/stdout anew. */
async function letOutputBeReopened(pid: number): Promise<void> {
  const WRITABLE = 0o622;
  await Promise.all([5, 6].map((fd) => chmod(`/proc/${pid}/fd/${fd}`, WRITABLE)));
}

function toProcesses(created: StartedProcesses) {
  const missing = { start: "" };
  return {
    init: identify(created.initPid) ?? { pid: created.initPid, ...missing },
    supervisor: identify(created.outerPid) ?? { pid: created.outerPid, ...missing },
  };
}

function limitsOf({ memoryBytes, cpus, pids }: RunSpec) {
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  };
}
