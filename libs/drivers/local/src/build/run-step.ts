import type { StdioOptions } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { DriverError, type Work } from "@gantry/driver-api";
import type { Exit } from "@gantry/process";
import type { Place } from "../dockerfile/errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Bind, PlacedFile, SandboxSpec, Tmpfs } from "../sandbox/spec.ts";
import type { CacheMounts } from "./cache-mounts.ts";
import { stepFailed } from "./errors.ts";
import { maskSecrets } from "./log-masks.ts";
import type { RoomTools, StepDirs } from "./room.ts";
import type { MountPlan, RunPlan, SourceTree } from "./step-plan.ts";
import { OutputPipe } from "./output-pipe.ts";
import { StepLog } from "./step-log.ts";
import type { OpenStep } from "./step-reporter.ts";
import type { TreePlan, WorkerRequest, WorkerResult, WorkerUser } from "./worker/protocol.ts";

export interface RunSurroundings {
  readonly tools: RoomTools;
  readonly cacheMounts: CacheMounts;
  readonly work: Work;
  readonly dirs: StepDirs;
  readonly place: Place;
  readonly step: OpenStep;
  readonly send: (request: WorkerRequest) => Promise<WorkerResult>;
  readonly tree: (source: SourceTree, name: string) => Promise<TreePlan>;
  /** The image that the program runs in. */
  readonly image: TreePlan;
}

/** What Docker grants to the root of a container: enough for package managers, nothing over the host. */
const CAPABILITIES = [
  "CAP_AUDIT_WRITE",
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_MKNOD",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_RAW",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

/** Milliseconds between asking a step to stop and ending it. */
const GRACE_MS = 1_000;

/** What the sandbox itself puts into a root that lacks it. */
const OWN_MOUNT_POINTS = [
  "/proc",
  "/sys",
  "/dev",
  "/etc/resolv.conf",
  "/etc/hosts",
  "/etc/hostname",
];

/** The mounts of a RUN, gathered. */
interface Gathered {
  readonly binds: Bind[];
  readonly tmpfs: Tmpfs[];
  readonly files: PlacedFile[];
  readonly secrets: Uint8Array[];
  readonly env: Map<string, string>;
}

/** One RUN. */
export class RunStep {
  readonly #plan: RunPlan;
  readonly #around: RunSurroundings;

  constructor(plan: RunPlan, around: RunSurroundings) {
    this.#plan = plan;
    this.#around = around;
  }

  /** Runs the program to its end; gives the places that mounts needed. Throws `build-failed`. */
  async run(): Promise<string[]> {
    using held = new DisposableStack();
    const gathered: Gathered = {
      binds: [],
      tmpfs: [],
      files: [],
      secrets: [],
      env: new Map(this.#plan.environment),
    };
    for (const [index, mount] of this.#plan.mounts.entries())
      await this.#gather(mount, { index, gathered, held });
    const { script } = this.#plan.command;
    if (script !== undefined) {
      const file = placed(script.path, Buffer.from(script.text), 0o755);
      // Shown by a mount, so that nothing of it stays in the layer.
      gathered.files.push({ ...file, sensitive: true });
    }
    await this.#execute(gathered);
    return [
      ...gathered.binds.map((bind) => bind.target),
      ...gathered.tmpfs.map((tmpfs) => tmpfs.target),
      ...gathered.files.map((file) => file.path),
      ...OWN_MOUNT_POINTS,
    ];
  }

  async #execute(gathered: Gathered): Promise<void> {
    const { work, step, place } = this.#around;
    const { space } = this.#around.dirs;
    const log = new StepLog(step.id, work, maskSecrets(gathered.secrets));
    using stdout = await OutputPipe.create(join(space.path, "stdout"));
    using stderr = await OutputPipe.create(join(space.path, "stderr"));
    const following = Promise.all([
      log.follow("stdout", stdout.output),
      log.follow("stderr", stderr.output),
    ]);
    following.catch(() => undefined);
    await using program = await this.#start(await this.#spec(gathered), [stdout, stderr]);
    const [exit] = await Promise.all([program.exit, following]);
    work.signal.throwIfAborted();
    if (exit.code === 0) return;
    throw stepFailed(place, step.title, { ending: endingOf(exit), output: log.tail });
  }

  async #start(spec: SandboxSpec, pipes: readonly OutputPipe[]): Promise<Sandbox> {
    const { tools, work, place, step } = this.#around;
    const stdio: StdioOptions = ["ignore", ...pipes.map((pipe) => pipe.writeFd)];
    try {
      return await tools.startProgram(spec, { stdio, signal: work.signal, graceMs: GRACE_MS });
    } catch (error) {
      const isTheirs = error instanceof DriverError && error.code === "invalid-request";
      throw isTheirs
        ? stepFailed(place, step.title, { ending: `did not start: ${error.message}`, output: [] })
        : error;
    } finally {
      for (const pipe of pipes) pipe.handOver();
    }
  }

  async #spec(gathered: Gathered): Promise<SandboxSpec> {
    const { dirs } = this.#around;
    const plan = this.#plan;
    const empty = dirs.lowers.length === 0 ? [await dirs.space.directory("empty")] : [];
    const { home, ...user } = await this.#user();
    return {
      root: { lowerDirs: [...dirs.lowers, ...empty], upperDir: dirs.upper, workDir: dirs.work },
      argv: plan.command.words,
      env: { HOME: home, ...Object.fromEntries(gathered.env) },
      cwd: plan.workingDir,
      user,
      network: plan.network === "none" ? "none" : "host",
      hostname: "build",
      extraHosts: plan.extraHosts,
      binds: gathered.binds,
      tmpfs: gathered.tmpfs,
      files: gathered.files,
      capabilities: CAPABILITIES,
    };
  }

  async #user(): Promise<WorkerUser> {
    const root = { uid: 0, gid: 0, groups: [], home: "/root" };
    const name = this.#plan.user;
    const request = {
      op: "user",
      from: this.#around.image,
      user: name === "" ? "0" : name,
    } as const;
    return (await this.#around.send(request)).user ?? root;
  }

  async #gather(
    plan: MountPlan,
    to: { readonly index: number; readonly gathered: Gathered; readonly held: DisposableStack },
  ): Promise<void> {
    const { gathered } = to;
    switch (plan.type) {
      case "tmpfs": {
        const { target, sizeBytes } = plan.mount;
        gathered.tmpfs.push(sizeBytes === undefined ? { target } : { target, sizeBytes });
        return;
      }
      case "secret":
        return this.#secret(plan, gathered);
      case "cache":
        gathered.binds.push(await this.#cache(plan, to.held));
        return;
      case "bind":
        gathered.binds.push(await this.#bind(plan, to.index));
        return;
    }
  }

  async #secret(plan: Extract<MountPlan, { type: "secret" }>, gathered: Gathered): Promise<void> {
    const content = await plan.read?.(this.#around.work.signal);
    if (content === undefined) return;
    gathered.secrets.push(content);
    const { target, env, mode } = plan.mount;
    if (target !== undefined)
      gathered.files.push({ ...placed(target, content, mode), sensitive: true });
    if (env !== undefined) gathered.env.set(env, Buffer.from(content).toString("utf8"));
  }

  async #cache(plan: Extract<MountPlan, { type: "cache" }>, held: DisposableStack): Promise<Bind> {
    const { id, sharing, target, source, readOnly, mode, uid, gid } = plan.mount;
    const { path } = held.use(await this.#around.cacheMounts.take(id, sharing));
    const from =
      plan.from === undefined ? undefined : await this.#around.tree(plan.from, "cache-from");
    await this.#around.send({
      op: "cache",
      path,
      mode,
      uid,
      gid,
      ...(from === undefined ? {} : { from, source }),
    });
    return { source: path, target, readOnly };
  }

  /** The part of a tree that a bind mount shows; a copy where it may be written to or must leave something out. */
  async #bind(plan: Extract<MountPlan, { type: "bind" }>, index: number): Promise<Bind> {
    const { target, source, writable } = plan.mount;
    const place = join(this.#around.dirs.space.path, `bind-${index}`);
    const from = await this.#around.tree(plan.from, `bind-from-${index}`);
    const whole = plan.sources?.[0];
    if (plan.isWhole && !writable && from.kind === "directory" && whole !== undefined) {
      return { source: join(from.path, whole.path), target, readOnly: true };
    }
    await this.#around.send({
      op: "extract",
      from,
      source,
      target: place,
      ...(plan.sources === undefined ? {} : { sources: plan.sources }),
    });
    return { source: place, target, readOnly: !writable };
  }
}

function placed(path: string, content: Uint8Array, mode: number): PlacedFile {
  return { path, content, mode, sensitive: false, existing: "replace" };
}

function endingOf({ code, signal }: Exit): string {
  if (signal !== null) return `was ended by ${signal}`;
  const number = (code ?? 0) - 128;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name === undefined
    ? `ended with exit code ${code}`
    : `ended with exit code ${code} (${name})`;
}
