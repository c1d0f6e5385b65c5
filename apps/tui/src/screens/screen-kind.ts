import type { Action } from "../keys/keymap.ts";
import type { Resource } from "../state/resource.ts";
import type { Screen } from "../state/screen.ts";
import type { Context, State, Step } from "../state/state.ts";
import type { Line } from "../text/line.ts";
import type { Marks } from "../theme/style.ts";

/** What a view may use: the room it has, and the world as it is. */
export interface Look {
  readonly state: State;
  readonly context: Context;
  readonly width: number;
  readonly height: number;
  readonly marks: Marks;
}

/** Everything about one kind of screen. All members are pure. */
export interface ScreenDefinition<S extends Screen> {
  /** The name in the heading; the screen below it has its own. */
  title(screen: S, context: Context): string;
  /** What it shows of the daemon: kept fresh while it is on top. */
  resources(screen: S, context: Context): readonly Resource[];
  /** Keys of the rows that can be chosen, from top to bottom. */
  rows(screen: S, look: Pick<Look, "state" | "context">): readonly string[];
  /** At most `height` lines of at most `width` columns. */
  view(screen: S, look: Look): readonly Line[];
  /** The command line that shows the same. */
  command(screen: S, context: Context): string;
  /** Index of the row that `line` of the view shows; absent: lines cannot be clicked. */
  rowAt?(screen: S, line: number, look: Look): number | undefined;
  /** What one of its own actions does; `undefined`: nothing. */
  act?(screen: S, action: Action, state: State): Step | undefined;
}
