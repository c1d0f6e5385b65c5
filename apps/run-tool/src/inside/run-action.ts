import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  type Manifest,
  type Step,
  delimitersOf,
  readManifest,
  renderNode,
  stepsFor,
  toText,
} from "@gantry/manifest";
import type { Console } from "./console.ts";
import { type StepContext, runExecStep } from "./exec-step.ts";
import { decodeFileParameters } from "./file-parameters.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { runMixinStep } from "./mixin-step.ts";
import type { Paths } from "./paths.ts";
import { RunError, errnoOf } from "./run-error.ts";
import { type Images, buildScope, readImages } from "./scope.ts";
import { StepOutputs } from "./step-outputs.ts";
import { StepPipes } from "./step-pipes.ts";

export interface ActionOptions {
  readonly paths: Paths;
  readonly action: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: Console;
  readonly signal: AbortSignal;
}

/**
 * Carries out one action of the bundle. Outputs and state are left for the runtime whatever happens. The exit code of
 * the step that failed, 0 when none did; throws what kept a step from running.
 */
export async function runAction(options: ActionOptions): Promise<number> {
  const { paths, action, env, console } = options;
  const manifest = await loadManifest(paths);
  const steps = stepsFor(manifest, action);
  await console.print(
    `executing ${action} action from ${manifest.name} (installation: ${installation(env)})`,
  );
  if (steps === undefined)
    await console.print(`the bundle does not implement ${action}; nothing to do`);
  const outputs = new StepOutputs({ manifest, secrets: console.secrets, ...options });
  const [ran] = await Promise.allSettled([work(manifest, outputs, { steps, options })]);
  const [finished] = await Promise.allSettled([finish(manifest, outputs, paths)]);
  if (ran.status === "fulfilled" && ran.value === 0 && finished.status === "rejected") {
    throw finished.reason;
  }
  if (finished.status === "rejected") await console.printError(messageOf(finished.reason));
  if (ran.status === "rejected") throw ran.reason;
  return ran.value;
}

/** What went wrong afterwards is told beside what went wrong before, which decides the exit code. */
function messageOf(error: unknown): string {
  return `error: ${error instanceof Error ? error.message : String(error)}`;
}

async function work(
  manifest: Manifest,
  outputs: StepOutputs,
  {
    steps,
    options,
  }: { readonly steps: readonly Step[] | undefined; readonly options: ActionOptions },
): Promise<number> {
  const { paths, env } = options;
  const prepared = await prepare(manifest, options);
  await using pipes = steps === undefined ? undefined : await StepPipes.create(paths.pipes, env);
  return await runSteps(steps ?? [], { manifest, outputs, options, pipes, ...prepared });
}

async function loadManifest({ manifest }: Paths): Promise<Manifest> {
  try {
    return readManifest(await readFile(manifest, "utf8"), { path: manifest });
  } catch (cause) {
    if (errnoOf(cause) === "") throw cause;
    throw new RunError(`the bundle's manifest cannot be read: ${errnoOf(cause)}`, {
      cause,
      hint: `${manifest} has to be in the image.`,
    });
  }
}

function installation(env: ActionOptions["env"]): string {
  const name = env["PORTER_INSTALLATION_NAME"];
  if (name === undefined) return env["CNAB_INSTALLATION_NAME"] ?? "";
  return `${env["PORTER_INSTALLATION_NAMESPACE"] ?? ""}/${name}`;
}

async function prepare(manifest: Manifest, { paths, action, env, console }: ActionOptions) {
  await mkdir(paths.outputs, { recursive: true });
  await mkdir(paths.stepOutputs, { recursive: true });
  await decodeFileParameters(manifest, action, paths);
  if (manifest.state.length > 0) await (await import("./state.ts")).unpackState(manifest, paths);
  const inputs = await readInputs(manifest, { action, paths, env, secrets: console.secrets });
  return { inputs, images: await readImages(paths) };
}

interface Running {
  readonly manifest: Manifest;
  readonly outputs: StepOutputs;
  readonly options: ActionOptions;
  readonly inputs: Inputs;
  readonly images: Images;
  readonly pipes: StepPipes | undefined;
}

async function runSteps(steps: readonly Step[], running: Running): Promise<number> {
  const { action, console, signal } = running.options;
  for (const [index, step] of steps.entries()) {
    if (signal.aborted) return 0;
    const where = `step ${index + 1} of "${action}" (${step.description ?? step.mixin})`;
    const code = await runStep(step, where, running);
    if (signal.aborted || code === 0) continue;
    await console.printError(`${where} failed with exit code ${code}`);
    return code;
  }
  if (!signal.aborted) await console.print("execution completed successfully!");
  return 0;
}

async function runStep(step: Step, where: string, running: Running): Promise<number> {
  const { manifest, outputs, options } = running;
  const scope = buildScope({ ...running, env: options.env });
  const render = { delimiters: delimitersOf(manifest), where };
  const run = step.mixin === "exec" ? runExecStep : runMixinStep;
  try {
    await describe(step, { ...options, scope, render });
    return await run(step, { ...options, scope, render, pipes: running.pipes });
  } catch (error) {
    throw error instanceof RunError ? inStep(error, where) : error;
  } finally {
    await outputs.collect();
  }
}

async function describe(
  { description }: Step,
  { scope, render, console }: Pick<StepContext, "scope" | "render" | "console">,
): Promise<void> {
  if (description === undefined) return;
  await console.print(toText(renderNode(description, scope, render)).trimEnd());
}

function inStep(error: RunError, where: string): RunError {
  return new RunError(`${where}: ${error.message}`, {
    cause: error,
    exitCode: error.exitCode,
    hint: error.hint,
  });
}

/** What the runtime takes away afterwards. */
async function finish(manifest: Manifest, outputs: StepOutputs, paths: Paths): Promise<void> {
  await mkdir(paths.outputs, { recursive: true });
  try {
    await outputs.collectFiles();
  } finally {
    await leaveState(manifest, paths);
    await outputs[Symbol.asyncDispose]();
  }
}

const EMPTY_ARCHIVE = Buffer.alloc(1024);

/** Every bundle has this output, so one without state leaves an archive without entries. */
async function leaveState(manifest: Manifest, paths: Paths): Promise<void> {
  const target = join(paths.outputs, "porter-state");
  if (manifest.state.length === 0) await writeFile(target, gzipSync(EMPTY_ARCHIVE));
  else await (await import("./state.ts")).packState(manifest, paths, target);
}
