import type { WorkEvent } from "@gantry/reports";
import type { Work } from "../build.ts";
import { shortText } from "./clean-text.ts";

/** Characters of one log event, and of anything else that is said. */
const MOST = { log: 1024 * 1024, other: 8_192 } as const;

/** An event without a text that is longer than anybody would read. */
export function boundEvent<Event extends WorkEvent>(event: Event): Event {
  const bounded: Record<string, unknown> = { ...event };
  const most = event.kind === "log" ? MOST.log : MOST.other;
  for (const [key, value] of Object.entries(event))
    if (typeof value === "string" && value.length > MOST.other)
      bounded[key] = shortText(value, key === "text" ? most : MOST.other);
  // Only texts were shortened.
  return bounded as Event;
}

/** The same work, told of bounded events only. */
export function bounding({ signal, report }: Work): Work {
  return { signal, report: (event) => report(boundEvent(event)) };
}
