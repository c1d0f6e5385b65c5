import { commandLine, wordsOf } from "../../state/command.ts";
import type { LogScreen } from "../../state/screen.ts";
import { still, withScreen } from "../../state/state.ts";
import { EMPTY, line, span } from "../../text/line.ts";
import { documentKeys, documentLines, documentRowAt, type DocumentRow } from "../document.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";

/** What one run printed. */
export const logScreen: ScreenDefinition<LogScreen> = {
  title: ({ key }) => `Log of ${key.name}`,
  resources: () => [],
  rows: (screen) => documentKeys(rowsOf(screen)),
  view: (screen, { width, height }) => {
    const rows = rowsOf(screen);
    if (rows.length === 0) {
      const text = screen.isOver ? "  It printed nothing." : "  Reading ...";
      return [EMPTY, line(text, "quiet")];
    }
    const { total, lines } = screen.log;
    const lost = total - lines.length;
    const facts = lost === 0 ? `  ${total} lines` : `  the last ${lines.length} of ${total} lines`;
    return [
      [span(facts, "quiet"), span(screen.isOver ? "" : ", following", "quiet")],
      ...documentLines(rows, placeOf(screen, rows), { width, height: height - 1 }),
    ];
  },
  rowAt: (screen, at, { height }) => {
    const rows = rowsOf(screen);
    return at < 1
      ? undefined
      : documentRowAt(rows, placeOf(screen, rows), { line: at - 1, height: height - 1 });
  },
  command: ({ key, runId }) =>
    commandLine("logs", wordsOf(key), runId === undefined ? [] : ["--run", runId]),
  act: (screen, action, state) =>
    action === "follow" ? still(withScreen(state, { ...screen, isFollowing: true })) : undefined,
};

function rowsOf({ log, place }: LogScreen): readonly DocumentRow[] {
  const first = log.total - log.lines.length;
  return log.lines.flatMap((text, index) =>
    matches(place, text) ? [{ key: String(first + index), line: line(text) }] : [],
  );
}

function placeOf(
  { place, isFollowing }: LogScreen,
  rows: readonly DocumentRow[],
): LogScreen["place"] {
  const last = rows.at(-1)?.key;
  return isFollowing && last !== undefined ? { ...place, chosen: last } : place;
}
