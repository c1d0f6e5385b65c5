import { join } from "node:path";
import { type Step, renderNode } from "@gantry/manifest";
import { stringify } from "yaml";
import type { StepContext } from "./exec-step.ts";
import { runStepProcess } from "./step-process.ts";

const BUILT_IN = ["install", "upgrade", "uninstall"];

/** Runs one step with a mixin's executable; outputs are the files it leaves. Its exit code. */
export async function runMixinStep(step: Step, context: StepContext): Promise<number> {
  const { paths, action, scope, render, console, pipes, signal, env } = context;
  const input = renderNode(step.input, scope, render);
  const args = BUILT_IN.includes(action) ? [action] : ["invoke", "--action", action];
  const command = join(paths.mixins, step.mixin, "runtimes", `${step.mixin}-runtime`);
  return runStepProcess(
    { command, args, cwd: paths.app, env, stdin: toStdin({ [action]: [{ [step.mixin]: input }] }) },
    { console, pipes, signal },
  );
}

/** Also a YAML 1.1 reader takes `yes` or `0755` for the text that it is. */
function toStdin(document: unknown): string {
  return stringify(document, { version: "1.1", lineWidth: 0 });
}
