import type { Message } from "../state/message.ts";
import { isDue, resourceName } from "../state/resource.ts";
import {
  contextOf,
  screenOf,
  type State,
  type Step,
  still,
  step,
  withContext,
} from "../state/state.ts";
import { definitionOf } from "../screens/definitions.ts";
import { receive } from "./answers.ts";
import { handleInput } from "./input.ts";

/** What a message changes, and what is to be done because of it. Pure: the whole behaviour of the program. */
export function update(state: State, message: Message): Step {
  switch (message.kind) {
    case "key":
    case "paste":
    case "click":
    case "wheel":
      return refresh(handleInput(state, message));
    case "resized":
      return still({ ...state, columns: message.columns, rows: message.rows });
    case "tick":
      return refresh(still(atTime(state, message.now)));
    case "found-manifest":
      return still({ ...state, manifest: message.file });
    case "live":
    case "returned":
      return refresh(receive(state, message));
    default:
      return receive(state, message);
  }
}

function atTime(state: State, now: number): State {
  const { toast, ...rest } = state;
  return toast === undefined || toast.until > now ? { ...state, now } : { ...rest, now };
}

/** Asks for what the screen shows and has not been asked for lately. */
function refresh({ state, effects }: Step): Step {
  const context = contextOf(state);
  if (context.link.kind !== "live") return { state, effects };
  const screen = screenOf(state);
  const due = definitionOf(screen)
    .resources(screen, context)
    .filter((resource) =>
      isDue(resource.kind, context.known.get(resourceName(resource)), state.now),
    );
  if (due.length === 0) return { state, effects };
  const asked = withContext(state, state.current, (one) => {
    const known = new Map(one.known);
    for (const resource of due) {
      const before = known.get(resourceName(resource));
      known.set(resourceName(resource), {
        tookMs: 0,
        ...before,
        isLoading: true,
        asked: state.now,
      });
    }
    return { ...one, known };
  });
  const loads = due.map(
    (resource) => ({ kind: "load", context: state.current, resource }) as const,
  );
  return step(asked, ...effects, ...loads);
}
