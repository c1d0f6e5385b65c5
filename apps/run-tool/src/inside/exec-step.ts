import { join, resolve } from "node:path";
import {
  type IgnoreError,
  type RenderOptions,
  type Scope,
  type Step,
  execFaults,
  readExecStep,
  renderNode,
} from "@gantry/manifest";
import { Capture } from "./capture.ts";
import type { Console } from "./console.ts";
import { flagArguments } from "./exec-flags.ts";
import { writeExecOutputs } from "./exec-outputs.ts";
import { goRegExp } from "./go-reg-exp.ts";
import type { Paths } from "./paths.ts";
import { RunError } from "./run-error.ts";
import type { StepPipes } from "./step-pipes.ts";
import { runStepProcess } from "./step-process.ts";

export interface StepContext {
  readonly paths: Paths;
  readonly action: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly scope: Scope;
  readonly render: RenderOptions;
  readonly console: Console;
  readonly pipes: StepPipes | undefined;
  readonly signal: AbortSignal;
}

/** Runs one command of the exec mixin and takes its outputs. The command's exit code, 0 when it was ignored. */
export async function runExecStep(step: Step, context: StepContext): Promise<number> {
  const { paths, scope, render, console, pipes, signal } = context;
  const { flags, ...rest } = step.input;
  const input = renderMap(rest, context);
  checkInput({ ...input, flags });
  const exec = readExecStep(input);
  const cwd = exec.dir === undefined ? paths.app : resolve(paths.app, exec.dir);
  const needsStdout = exec.outputs.some(({ path }) => path === undefined);
  const stdout = new Capture(needsStdout);
  const stderr = new Capture(exec.ignoreError.contains.length + exec.ignoreError.regex.length > 0);
  const flagList = readExecStep({ ...input, flags }).flags;
  const code = await runStepProcess(
    {
      command: exec.command,
      args: [
        ...exec.arguments,
        ...flagArguments(flagList, { scope, ...render }),
        ...exec.suffixArguments,
      ],
      cwd,
      env: { ...context.env, ...exec.envs },
    },
    {
      console,
      pipes,
      signal,
      quiet: exec.suppressOutput,
      onStdout: (bytes) => stdout.push(bytes),
      onStderr: (bytes) => stderr.push(bytes),
    },
  );
  if (code !== 0 && !isIgnored(code, stderr, exec.ignoreError)) return code;
  const dirs = [...new Set([cwd, paths.app])];
  await writeExecOutputs(exec.outputs, {
    stdout,
    dirs,
    target: (name) => join(paths.stepOutputs, name),
  });
  return 0;
}

function renderMap(input: Readonly<Record<string, unknown>>, { scope, render }: StepContext) {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [key, renderNode(value, scope, render)]),
  );
}

function checkInput(input: Readonly<Record<string, unknown>>): void {
  const [fault] = execFaults(input);
  if (fault === undefined) return;
  const details = [
    fault.expected && `expected ${fault.expected}`,
    fault.found && `found ${fault.found}`,
  ];
  const text = details.filter((detail) => detail !== undefined).join(", ");
  throw new RunError(text === "" ? fault.message : `${fault.message} (${text})`, {
    hint: fault.hint,
  });
}

function isIgnored(code: number, stderr: Capture, ignore: IgnoreError): boolean {
  if (ignore.all || ignore.exitCodes.includes(code)) return true;
  const patterns = ignore.regex.map((pattern) => goRegExp(pattern));
  if (ignore.contains.length + patterns.length === 0) return false;
  const text = stderr.text();
  return (
    ignore.contains.some((part) => text.includes(part)) ||
    patterns.some((pattern) => pattern.test(text))
  );
}
