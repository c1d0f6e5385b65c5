import type { Resource, ResourceValues } from "../state/resource.ts";
import type { ListPlace, Screen } from "../state/screen.ts";
import { contextOf, knownOf, type State, valueOf } from "../state/state.ts";
import { NO_MARKS } from "../theme/no-marks.ts";
import { documentKeys, documentLines, documentRowAt, type DocumentRow } from "./document.ts";
import { waitingLines } from "./failure-lines.ts";
import { chosenIndex } from "./rows.ts";
import type { Look, ScreenDefinition } from "./screen-kind.ts";

type Scrolled = Screen & { readonly place: ListPlace };

/** What a text may use. Where rows are only counted, `marks` are none. */
export type TextLook = Pick<Look, "state" | "context" | "marks" | "width">;

/** What a screen that tells of one thing, as a text to scroll through, says of itself. */
export interface DocumentOf<S extends Scrolled, Kind extends Resource["kind"]>
  extends Pick<ScreenDefinition<S>, "title" | "command" | "act"> {
  /** What it tells of; there is no text before that is known. */
  subject(screen: S): Extract<Resource, { kind: Kind }>;
  /** What else it shows. */
  beside?(screen: S): readonly Resource[];
  text(screen: S, value: ResourceValues[Kind], look: TextLook): readonly DocumentRow[];
}

/** Makes a screen of a text. */
export function documentScreen<S extends Scrolled, Kind extends Resource["kind"]>(
  document: DocumentOf<S, Kind>,
): ScreenDefinition<S> {
  const rowsOf = (screen: S, look: Pick<Look, "state" | "context"> & Partial<Look>) => {
    const value = valueOf<Kind>(look.context, document.subject(screen));
    if (value === undefined) return [];
    const width = look.state.columns;
    return document.text(screen, value, { marks: NO_MARKS, width, ...look });
  };
  return {
    ...document,
    resources: (screen) => [document.subject(screen), ...(document.beside?.(screen) ?? [])],
    rows: (screen, look) => documentKeys(rowsOf(screen, look)),
    view: (screen, look) => {
      const known = knownOf<Kind>(look.context, document.subject(screen));
      if (known?.value === undefined) return waitingLines(known, look.width, look.marks);
      return documentLines(rowsOf(screen, look), screen.place, look);
    },
    rowAt: (screen, line, { height, ...look }) =>
      documentRowAt(rowsOf(screen, look), screen.place, { line, height }),
  };
}

/** Key of the row of a screen that is chosen now; `undefined` when there is none. */
export function chosenKey<S extends Scrolled>(
  definition: Pick<ScreenDefinition<S>, "rows">,
  screen: S,
  state: State,
): string | undefined {
  const keys = definition.rows(screen, { state, context: contextOf(state) });
  return keys[chosenIndex(screen.place, keys)];
}
