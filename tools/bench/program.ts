import { runCommand } from "@gantry/process";
import { MeasureError } from "./errors.ts";

export interface ProgramOptions {
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and gives what it printed on stdout. Throws `MeasureError` with what it said when it fails. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const { exit, stdout, stderr } = await runCommand(command, args, options);
  if (exit.code === 0) return stdout.toString("utf8");
  const said = `${stderr}\n${stdout.toString("utf8")}`.trim().split("\n").slice(-4).join("\n    ");
  const how = exit.code === null ? `was ended by ${exit.signal}` : `ended with ${exit.code}`;
  throw new MeasureError(`${command} ${args.slice(0, 4).join(" ")} ${how}:\n    ${said}`, {
    hint: "",
  });
}
