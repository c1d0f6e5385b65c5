import { constants } from "node:os";
import { config } from "zod";
import { Console } from "./console.ts";
import { pathsBelow } from "./paths.ts";
import { runAction } from "./run-action.ts";
import { RunError } from "./run-error.ts";
import { Secrets } from "./secrets.ts";

/** The end of the process: what a runtime sees of everything that went wrong. */
async function main(): Promise<number> {
  const console = new Console(process.stdout, process.stderr, new Secrets());
  const asked = new AbortController();
  let ended: NodeJS.Signals | undefined;
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      ended ??= name;
      asked.abort();
    });
  }
  try {
    const code = await runAction({
      paths: pathsBelow(rootOf(process.argv.slice(2))),
      action: actionOf(process.env["CNAB_ACTION"]),
      env: process.env,
      console,
      signal: asked.signal,
    });
    if (ended === undefined) return code;
    await console.printError(`the action was stopped by ${ended}`);
    return 128 + constants.signals[ended];
  } catch (error) {
    await console.printError(toText(error));
    if (ended !== undefined) return 128 + constants.signals[ended];
    return error instanceof RunError ? error.exitCode : 1;
  }
}

/** `--root DIR` puts everything below another directory, so that tests run this very file. */
function rootOf([flag, directory]: readonly string[]): string {
  return flag === "--root" && directory !== undefined ? directory : "/";
}

function actionOf(action: string | undefined): string {
  if (action !== undefined && action !== "") return action;
  throw new RunError("CNAB_ACTION is not set, so there is nothing to carry out", {
    hint: "This program is started by a CNAB runtime.",
  });
}

/** Errors that are about the bundle or its input say what to do; anything else is ours and shows its stack. */
function toText(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const hint = "hint" in error && typeof error.hint === "string" ? `\n${error.hint}` : "";
  const isKnown = "hint" in error || "problems" in error;
  return isKnown ? `error: ${error.message}${hint}` : `error: ${error.stack ?? error.message}`;
}

async function run(): Promise<void> {
  process.exitCode = await main();
}

// One manifest is checked in each process: compiling the checks would cost more than it saves.
config({ jitless: true });
void run();
