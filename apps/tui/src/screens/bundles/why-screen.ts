import type { BundleSource } from "@gantry/protocol";
import { commandLine, sourceWords } from "../../state/command.ts";
import { push } from "../../state/navigation.ts";
import type { ResourceValues } from "../../state/resource.ts";
import { type ScreenOf, TOP } from "../../state/screen.ts";
import { knownOf, say, type State, type Step, still } from "../../state/state.ts";
import { clockTime } from "../../text/age.ts";
import { type Line, line, span, wrapText } from "../../text/line.ts";
import type { Marks, Style } from "../../theme/style.ts";
import { documentScreen, type TextLook } from "../document-screen.ts";
import { BLANK, type DocumentRow, heading } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";

type Shown = ScreenOf<"why">;

/** What made the last build of a bundle build anew, step by step, and what would now. */
export const whyScreen: ScreenDefinition<Shown> = documentScreen<Shown, "why">({
  title: (screen, context) =>
    `Why ${knownOf(context, resourceOf(screen))?.value?.build.name ?? screen.name} was built`,
  subject: resourceOf,
  text: rowsOf,
  command: ({ source }) => commandLine("why", sourceWords(source)),
});

/** Opens the answer for a bundle that is built from a source. */
export function openWhy(state: State, source: BundleSource, name: string): Step {
  if (source.file === undefined && source.dir === undefined)
    return still(say(state, "Only what is built from a porter.yaml has an answer to that.", true));
  return push(state, { kind: "why", source, name, place: TOP });
}

function resourceOf({ source }: Shown) {
  return { kind: "why", source } as const;
}

type Why = ResourceValues["why"];

function rowsOf(screen: Shown, why: Why, { state, marks }: TextLook): readonly DocumentRow[] {
  const width = state.columns - 3;
  const { build, built, changes } = why;
  const what = `${build.name} ${build.version} was built with ${build.endpoint}`;
  const head = `${what}, ${clockTime(built)}.`;
  return [
    BLANK,
    ...paragraph("built", head, { width }),
    ...(build.causes ?? []).flatMap((cause, index) => because(`cause/${index}`, cause, width)),
    ...heading("Now"),
    ...nowRows(changes, { width, marks }),
    ...heading("Its steps"),
    ...stepRows(screen, why, { width, marks }),
  ];
}

interface Room {
  readonly width: number;
  readonly marks: Marks;
}

function stepRows({ place }: Shown, { build }: Why, { width, marks }: Room): DocumentRow[] {
  if (build.steps.length === 0)
    return [{ key: "none", line: line("It told of no step.", "quiet") }];
  return build.steps.flatMap(({ title, cached, missReason }, index) => {
    const reason = missReason ?? "the engine does not say why it was not cached";
    if (!matches(place, title, cached ? "cached" : reason)) return [];
    const key = `step/${index}`;
    const mark = cached ? span(`${marks.cached} `, "good") : span(`${marks.done} `, "warning");
    const name: DocumentRow = {
      key,
      line: [mark, span(oneLine(title)), ...(cached ? [span("  cached", "quiet")] : [])],
    };
    return cached
      ? [name]
      : [name, ...paragraph(`${key}/why`, oneLine(reason), { ...REASON, width })];
  });
}

const REASON = { indent: "    ", style: "quiet" } as const;

function because(key: string, cause: string, width: number): readonly DocumentRow[] {
  return paragraph(key, `because ${oneLine(cause)}`, { width, indent: "  ", style: "warning" });
}

function nowRows(changes: readonly string[], { width, marks }: Room): readonly DocumentRow[] {
  if (changes.length === 0)
    return [
      {
        key: "now",
        line: [span(`${marks.done} `, "good"), span("Up to date: nothing would be built.")],
      },
    ];
  return [
    { key: "now", line: line("It would be built anew:") },
    ...changes.flatMap((text, index) => because(`change/${index}`, text, width)),
  ];
}

/** Text that is broken into rows, each of which can be scrolled to. */
function paragraph(
  key: string,
  text: string,
  options: { readonly width: number; readonly indent?: string; readonly style?: Style },
): readonly DocumentRow[] {
  const { width, indent = "", style } = options;
  return wrapText(text, width - indent.length).map((part, index) => ({
    key: `${key}/${index}`,
    line: [span(indent), span(part, style)] satisfies Line,
  }));
}
