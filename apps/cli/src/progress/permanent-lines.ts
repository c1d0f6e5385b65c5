import type { LoggedEvent } from "@gantry/protocol";
import { cleanText, formatDuration } from "@gantry/terminal-text";
import { type ProgressState, stepOf } from "./progress-state.ts";
import type { Paint } from "./theme.ts";

/** A line for a person, which stays on the screen. */
export type Line = string;

/** What of an event stays, for both renderers: how steps ended, and notices. `before` is the state that the event changes. */
export function permanentLines(logged: LoggedEvent, before: ProgressState, paint: Paint): Line[] {
  const { event } = logged;
  if (event.kind === "notice") return noticeLines(event, paint);
  if (event.kind !== "step" || event.state === "started") return [];
  const title = cleanText(event.title);
  const took =
    event.durationMs === undefined ? "" : ` ${paint("quiet", formatDuration(event.durationMs))}`;
  switch (event.state) {
    case "done":
      return [`${paint("good", "✓")} ${title}${took}`];
    case "cached":
      return [`${paint("good", "✓")} ${title} ${paint("quiet", "cached")}`];
    case "canceled":
      return [`${paint("warning", "-")} ${title} ${paint("warning", "canceled")}`];
    case "failed":
      return [
        `${paint("bad", "✗")} ${title}${took}${reasonOf(event.reason)}`,
        ...(stepOf(before, logged)?.tail ?? []).map((line) => `  ${paint("quiet", "|")} ${line}`),
      ];
  }
}

function noticeLines(
  { level, text, hint }: Extract<LoggedEvent["event"], { kind: "notice" }>,
  paint: Paint,
): Line[] {
  const head = level === "warning" ? `${paint("warning", "Warning:")} ` : "";
  const more = hint === undefined ? [] : [`  Try: ${cleanText(hint)}`];
  return [`${head}${cleanText(text)}`, ...more];
}

function reasonOf(reason: string | undefined): string {
  return reason === undefined ? "" : ` (${cleanText(reason)})`;
}
