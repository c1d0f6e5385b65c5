import type { Client } from "@gantry/client";
import type { LoggedEvent } from "@gantry/protocol";
import type { Effect } from "../state/effect.ts";
import type { Message } from "../state/message.ts";
import { Batches } from "./batches.ts";
import type { Pacer } from "./pacer.ts";

type Of<Kind extends Effect["kind"]> = Extract<Effect, { kind: Kind }>;

export interface Following {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly pacer: Pacer;
  dispatch(message: Message): void;
}

/** Follows an operation to its end, from behind the last event that is known. */
export async function followOperation(
  { context, operationId, after }: Of<"watch">,
  { client, signal, pacer, dispatch }: Following,
): Promise<void> {
  using batches = new Batches<LoggedEvent>(
    (events) => dispatch({ kind: "events", context, operationId, events }),
    weightOf,
  );
  const call = client.call("operation.watch", { operationId, after }, { signal });
  for await (const event of call) {
    await pacer.due(event.at, signal);
    await batches.add(event);
  }
  const outcome = await call.result;
  batches.flush();
  dispatch({ kind: "ended", context, operationId, outcome });
}

function weightOf({ event }: LoggedEvent): number {
  return 200 + (event.kind === "log" ? event.text.length : 0);
}

/** Reads what a run printed, to its end. */
export async function followLog(
  { context, key, runId }: Of<"read-log">,
  { client, signal, dispatch }: Following,
): Promise<void> {
  using batches = new Batches<string>(
    (texts) => dispatch({ kind: "log", context, key, text: texts.join(""), isOver: false }),
    (text) => text.length,
  );
  const which = runId === undefined ? {} : { runId };
  const call = client.call("log.read", { ...key, ...which }, { signal });
  for await (const { text } of call) await batches.add(text);
  await call.result;
  batches.flush();
  dispatch({ kind: "log", context, key, text: "", isOver: true });
}
