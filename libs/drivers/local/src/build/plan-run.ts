import type { SecretHandle } from "@gantry/driver-api";
import { dockerfileError, type Place } from "../dockerfile/errors.ts";
import type { InstructionOf } from "../dockerfile/instruction.ts";
import { readMount, type RunMount } from "../dockerfile/mount.ts";
import type { Scope } from "../dockerfile/scope.ts";
import { DEFAULT_PATH, runCommand } from "./image/command.ts";
import { joinDirectory, type StageImage } from "./image/stage-image.ts";
import { factsOf } from "./plan-copy.ts";
import type { MountPlan, PlannedStep } from "./step-plan.ts";
import type { FoundTree } from "./trees.ts";

export interface RunSurroundings {
  readonly place: Place;
  readonly image: StageImage;
  readonly scope: Scope;
  /** Proxy settings of the request: the program sees them, the cache does not. */
  readonly proxies: ReadonlyMap<string, string>;
  readonly network: "default" | "none" | "host";
  readonly extraHosts: readonly string[];
  readonly secrets: readonly SecretHandle[];
  /** `undefined` stands for the build context. */
  readonly findTree: (name: string | undefined, place: Place) => Promise<FoundTree>;
  readonly signal: AbortSignal;
}

/** Decides what a RUN does, and what its result depends on. */
export async function planRun(
  run: InstructionOf<"run">,
  around: RunSurroundings,
): Promise<PlannedStep> {
  const { image, scope } = around;
  const facts = new Map<string, string>();
  const mounts: MountPlan[] = [];
  for (const text of run.mounts) {
    const mount = absoluteTarget(readMount(text, around.place), image.workingDir);
    mounts.push(await planMount(mount, facts, around));
  }
  for (const [name, value] of scope.args)
    if (!scope.env.has(name)) facts.set(`build argument ${name}`, value);
  for (const [name, value] of scope.env) facts.set(`environment variable ${name}`, value);
  const network = toNetwork(run.network) ?? around.network;
  const command = runCommand(run, image.shell);
  const plan = {
    kind: "run",
    command,
    environment: new Map([["PATH", DEFAULT_PATH], ...around.proxies, ...scope.environment()]),
    user: image.user,
    workingDir: image.workingDir,
    network,
    extraHosts: around.extraHosts,
    mounts,
  } as const;
  facts.set("command", JSON.stringify([command.words, command.script?.text ?? ""]));
  facts.set("user", image.user).set("working directory", image.workingDir);
  facts.set("network", network).set("extra hosts", [...around.extraHosts].toSorted().join(" "));
  return { plan, facts };
}

function toNetwork(text: string | undefined): RunSurroundings["network"] | undefined {
  return text === "none" || text === "host" || text === "default" ? text : undefined;
}

function absoluteTarget(mount: RunMount, workingDir: string): RunMount {
  if (mount.target === undefined) return mount;
  return { ...mount, target: joinDirectory(workingDir, mount.target) };
}

async function planMount(
  mount: RunMount,
  facts: Map<string, string>,
  around: RunSurroundings,
): Promise<MountPlan> {
  switch (mount.type) {
    case "tmpfs":
      return { type: "tmpfs", mount };
    case "secret":
      return planSecret(mount, around);
    case "cache": {
      if (mount.from === undefined) return { type: "cache", mount };
      const tree = await around.findTree(mount.from, around.place);
      return { type: "cache", mount, from: tree.source };
    }
    case "bind": {
      const tree = await around.findTree(mount.from, around.place);
      const at = { place: around.place, signal: around.signal };
      const hashed =
        tree.kind === "context" ? await tree.context.read([mount.source], at) : undefined;
      for (const [name, value] of factsOf(tree, hashed)) facts.set(name, value);
      const isWhole = tree.kind === "context" && tree.context.hidesNothing;
      const from = tree.source;
      if (hashed === undefined) return { type: "bind", mount, from, isWhole };
      return { type: "bind", mount, from, isWhole, sources: hashed.sources };
    }
  }
}

function planSecret(
  mount: Extract<RunMount, { type: "secret" }>,
  around: RunSurroundings,
): MountPlan {
  const handle = around.secrets.find((secret) => secret.id === mount.id);
  if (handle === undefined && mount.required) {
    throw dockerfileError(
      around.place,
      `secret ${mount.id} is required and was not given`,
      `Give it: --secret id=${mount.id},...`,
    );
  }
  return {
    type: "secret",
    mount,
    ...(handle === undefined ? {} : { read: (signal) => handle.read(signal) }),
  };
}
