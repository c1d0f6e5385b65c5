import type { Operation } from "@gantry/protocol";
import { commandLine } from "../../state/command.ts";
import { wantAgain } from "../../state/navigation.ts";
import { contextOf, say, type State, type Step, still, step } from "../../state/state.ts";

/** Asks before an operation is stopped. */
export function askToCancel(state: State, operation: Operation, kill: boolean): Step {
  if (operation.status !== "running") return still(say(state, "It is over already."));
  const { id } = operation;
  return still({
    ...state,
    overlay: {
      kind: "confirm",
      title: kill ? "Kill it?" : "Ask it to stop?",
      lines: [
        kill
          ? "It gets no time to clean up after itself."
          : "It gets time to clean up; K kills it without waiting.",
      ],
      command: commandLine(operation.kind),
      typed: "",
      effects: [
        {
          kind: "call",
          context: state.current,
          call: { method: "operation.cancel", params: { operationId: id, kill } },
        },
      ],
    },
  });
}

/** Does the same again: the same request if it was made here, else the form, filled in with what the daemon keeps of it. */
export function retry(state: State, operation: Operation): Step {
  if (operation.status === "running") return still(say(state, "It is still running."));
  const earlier = contextOf(state).started.get(operation.id);
  if (earlier?.isWhole === true)
    return step(state, { kind: "call", context: state.current, call: earlier.call });
  return wantAgain(state, operation);
}
