import type { FinishedRun, Operation, OperationOutcome, PublishedBundle } from "@gantry/protocol";
import { formatBytes, formatDuration } from "@gantry/terminal-text";
import { paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";
import { exitCodeOf, tell } from "./failure.ts";
import { writeJson } from "./json.ts";
import { outputsTable } from "./outputs-table.ts";

/** Says how an operation ended; gives the exit code. */
export async function reportOutcome(
  world: World,
  outcome: OperationOutcome,
  json: boolean,
): Promise<number> {
  if (json) await writeJson(world, masked(outcome));
  const { operation } = outcome;
  if (operation.status === "succeeded") {
    if (!json) await summary(world, outcome);
    return 0;
  }
  const failure = operation.failure ?? { code: codeOf(operation), message: messageOf(operation) };
  const exitCode = operation.status === "canceled" ? 130 : exitCodeOf(failure.code);
  await tell(world, { ...failure, exitCode }, json);
  return exitCode;
}

const DONE: Readonly<Record<Operation["kind"], string>> = {
  build: "built",
  publish: "published",
  install: "installed",
  upgrade: "upgraded",
  invoke: "invoked",
  uninstall: "uninstalled",
};

async function summary(world: World, outcome: OperationOutcome): Promise<void> {
  const { operation, build, publish, run } = outcome;
  const paint = paintFor(world.stderr, world.env);
  const took = Date.parse(operation.finished ?? operation.created) - Date.parse(operation.created);
  const name = operation.installation ?? build?.name ?? "";
  const endpoint = run?.endpoint ?? build?.endpoint;
  const by =
    publish === undefined ? (endpoint === undefined ? "" : ` with ${endpoint}`) : sentText(publish);
  const what =
    operation.kind === "build" && build?.upToDate === true
      ? `${name} is up to date`
      : `${name} ${DONE[operation.kind]}${by}`;
  await write(world.stderr, `${paint("good", "✓")} ${what} in ${formatDuration(took)}\n`);
  if (operation.kind === "build" && build !== undefined)
    await write(world.stdout, `${build.image}\n`);
  if (publish !== undefined) await write(world.stdout, `${publish.reference}@${publish.digest}\n`);
  if (run !== undefined && run.outputs.length > 0) {
    await write(world.stderr, `\n${outputsTable(run.outputs)}`);
  }
}

function sentText({ blobs, sentBytes }: PublishedBundle): string {
  if (blobs.sent + blobs.mounted === 0) return " (all of its layers were there already)";
  return ` (${formatBytes(sentBytes)} sent)`;
}

function codeOf({ status }: Operation): string {
  return status === "canceled" ? "canceled" : "run-lost";
}

function messageOf({ status, kind }: Operation): string {
  return status === "canceled"
    ? `The ${kind} was cancelled.`
    : `The daemon ended in the middle of the ${kind}, which could not be taken up again.`;
}

function masked(outcome: OperationOutcome): OperationOutcome {
  const { run } = outcome;
  return run === undefined ? outcome : { ...outcome, run: maskedRun(run) };
}

function maskedRun(run: FinishedRun): FinishedRun {
  const outputs = run.outputs.map((one) => (one.sensitive ? { ...one, value: "******" } : one));
  return { ...run, outputs };
}
