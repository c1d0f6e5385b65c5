import { once } from "node:events";
import { openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { startProcess } from "@gantry/process";
import { confine } from "../confine.ts";
import { ConfineError } from "../errors.ts";
import type { ConfineRequest } from "../request.ts";
import type { Started, StartOutcome } from "./started.ts";

/** Starts one driver confined, to its end, the way a careless daemon would: with a descriptor that is inherited. */
export async function start(request: ConfineRequest): Promise<StartOutcome> {
  try {
    const signal = AbortSignal.timeout(60_000);
    await using confined = await confine(request, signal);
    return await run(confined);
  } catch (error) {
    if (!(error instanceof ConfineError)) throw error;
    return { refused: error.code, message: error.message, hint: error.hint };
  }
}

async function run(confined: Awaited<ReturnType<typeof confine>>): Promise<Started> {
  const { command, args, env, cwd, confinement } = confined;
  const leaked = openSync("/dev/null", "r");
  await using child = await startProcess(command, args, {
    env,
    cwd,
    group: true,
    graceMs: 0,
    stdio: ["pipe", "pipe", "pipe", leaked],
  });
  child.stdin.end();
  const [stdout, stderr, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exit,
  ]);
  return { confinement, stdout, stderr, exit };
}

/** Started as a program: requests on stdin, outcomes on stdout, as JSON. */
if (process.argv[1] === import.meta.filename) {
  const requests = JSON.parse(await text(process.stdin)) as readonly ConfineRequest[];
  const outcomes: StartOutcome[] = [];
  for (const request of requests) outcomes.push(await start(request));
  process.stdout.write(JSON.stringify(outcomes));
  if (process.stdout.writableLength > 0) await once(process.stdout, "drain");
}
