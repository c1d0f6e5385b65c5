import { type Line, line, span } from "../text/line.ts";
import { padText } from "@gantry/terminal-text";
import { type ScreenOf, type Screen, TOP } from "../state/screen.ts";
import { type Context, contextOf, valueOf, type State } from "../state/state.ts";
import { builders, formScreen, push, wantForm } from "../state/navigation.ts";
import { commandLine } from "../state/command.ts";
import { buildForm, openForm } from "../state/form/bundle-forms.ts";
import { NO_MARKS } from "../theme/no-marks.ts";
import {
  BLANK,
  documentKeys,
  documentLines,
  documentRowAt,
  type DocumentRow,
  heading,
} from "./document.ts";
import { chosenKey } from "./document-screen.ts";
import type { Look, ScreenDefinition } from "./screen-kind.ts";

type Start = ScreenOf<"start">;

/** What a newcomer does next, and the ways to everything. */
export const startScreen: ScreenDefinition<Start> = {
  title: () => "",
  resources: () => [
    { kind: "daemon" },
    { kind: "installations" },
    { kind: "operations" },
    { kind: "endpoints" },
    { kind: "bundles" },
  ],
  rows: (_screen, look) => documentKeys(rowsOf(look)),
  view: ({ place }, look) => documentLines(rowsOf(look), place, look),
  rowAt: ({ place }, at, look) =>
    documentRowAt(rowsOf(look), place, { line: at, height: look.height }),
  command: () => commandLine("--help"),
  act: (screen, action, state) => {
    if (action === "open-bundle") return push(state, formScreen(openForm(state.cwd)));
    if (action === "install") return installHere(state);
    if (action === "build") return buildHere(state);
    return action === "open" ? openRow(screen, state) : undefined;
  },
};

function installHere(state: State) {
  if (state.manifest === undefined) return push(state, formScreen(openForm(state.cwd)));
  return wantForm(state, "install", { kind: "bundle", source: { file: state.manifest } });
}

function buildHere(state: State) {
  const { manifest } = state;
  if (manifest === undefined) return push(state, formScreen(openForm(state.cwd)));
  return push(
    state,
    formScreen(buildForm({ file: manifest }, "the bundle here", builders(contextOf(state)))),
  );
}

const PLACES = {
  installations: { kind: "installations", sort: "name", place: TOP },
  operations: { kind: "operations", place: TOP },
  bundles: { kind: "bundles", place: TOP },
  drivers: { kind: "drivers", place: TOP },
  daemon: { kind: "daemon", place: TOP },
  terminals: { kind: "terminals", place: TOP },
} as const satisfies Readonly<Record<string, Screen>>;

function openRow(screen: Start, state: State) {
  const key = chosenKey(startScreen, screen, state);
  switch (key) {
    case "next-engines":
      return push(state, PLACES.drivers);
    case "next-bundle":
      return installHere(state);
    case "next-installed":
      return push(state, PLACES.installations);
    case "installations":
    case "operations":
    case "bundles":
    case "drivers":
    case "daemon":
    case "terminals":
      return push(state, PLACES[key]);
    default:
      return undefined;
  }
}

function rowsOf({
  state,
  context,
  marks,
}: Pick<Look, "state" | "context"> & Partial<Pick<Look, "marks">>): readonly DocumentRow[] {
  const { done, waiting: open } = marks ?? NO_MARKS;
  return [
    BLANK,
    { line: line("Gantry builds CNAB bundles and runs them with any engine.", "strong") },
    ...heading("What to do next"),
    engines(context, done, open),
    bundle(state, done, open),
    installed(context, done, open),
    ...heading("Go to"),
    ...places(context),
    BLANK,
    {
      line: [
        span("?", "key"),
        span(" shows all keys, ", "quiet"),
        span(":", "key"),
        span(" takes commands, ", "quiet"),
        span("q", "key"),
        span(" leaves.", "quiet"),
      ],
    },
  ];
}

function engines(context: Context, done: string, open: string): DocumentRow {
  const endpoints = valueOf(context, { kind: "endpoints" });
  if (endpoints === undefined) return asking("next-engines", "The drivers are asked ...", open);
  const ready = endpoints.filter(({ probe }) => probe.state === "ready");
  const names = ready.map(({ name }) => name).join(", ");
  const shown =
    ready.length === 0
      ? todo(open, "No engine is ready.", "See what is wrong with each")
      : did(done, count(ready.length, "driver is ready", "drivers are ready"), names);
  return { key: "next-engines", line: shown };
}

function bundle({ manifest }: State, done: string, open: string): DocumentRow {
  const shown =
    manifest === undefined
      ? todo(open, "No porter.yaml here.", "gantry create hello, or open one by its path")
      : did(done, "A bundle is here", `${shortPath(manifest)}; press i to install it`);
  return { key: "next-bundle", line: shown };
}

function installed(context: Context, done: string, open: string): DocumentRow {
  const all = valueOf(context, { kind: "installations" });
  if (all === undefined) return asking("next-installed", "The daemon is asked ...", open);
  const shown =
    all.length === 0
      ? todo(open, "Nothing is installed yet.", "Press i to install a bundle")
      : did(done, count(all.length, "installation", "installations"), "Press Enter to see them");
  return { key: "next-installed", line: shown };
}

function asking(key: string, text: string, mark: string): DocumentRow {
  return { key, line: [span(`${mark} `, "quiet"), span(text, "quiet")] };
}

function did(mark: string, text: string, more: string): Line {
  return [span(`${mark} `, "good"), span(padText(text, 28)), span(more, "quiet")];
}

function todo(mark: string, text: string, more: string): Line {
  return [span(`${mark} `, "warning"), span(padText(text, 28)), span(more, "quiet")];
}

function places(context: Context): readonly DocumentRow[] {
  const installations = valueOf(context, { kind: "installations" });
  const operations = valueOf(context, { kind: "operations" });
  const endpoints = valueOf(context, { kind: "endpoints" });
  const bundles = valueOf(context, { kind: "bundles" });
  const daemon = valueOf(context, { kind: "daemon" });
  const failed = (installations ?? []).filter(
    ({ _calculated: shown }) => shown.displayInstallationStatus === "failed",
  ).length;
  const running = (operations ?? []).filter(({ status }) => status === "running").length;
  const ready = (endpoints ?? []).filter(({ probe }) => probe.state === "ready").length;
  return [
    place(
      ["2", "installations", "Installations"],
      installations && [
        count(installations.length, "installation", "installations"),
        failed === 0 ? "" : `${failed} failed`,
      ],
    ),
    place(
      ["3", "operations", "Operations"],
      operations && [running === 0 ? "none running" : `${running} running`],
    ),
    place(["4", "bundles", "Bundles"], bundles && [`${bundles.length} built here`]),
    place(["5", "drivers", "Drivers"], endpoints && [`${ready} of ${endpoints.length} ready`]),
    place(["6", "daemon", "Daemon"], daemon && [`gantryd ${daemon.version}`]),
    place(
      ["7", "terminals", "Terminals"],
      daemon && [daemon.openTerminals === 0 ? "none open" : `${daemon.openTerminals} open`],
    ),
  ];
}

function place(
  [number, key, title]: readonly [string, string, string],
  facts: readonly string[] | undefined,
): DocumentRow {
  const told = facts === undefined ? "" : facts.filter((fact) => fact !== "").join(", ");
  return { key, line: [span(`${number} `, "key"), span(padText(title, 18)), span(told, "quiet")] };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function shortPath(path: string): string {
  return path.split("/").slice(-2).join("/");
}
