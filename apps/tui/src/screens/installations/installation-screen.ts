import type { OutputValue, Terminal } from "@gantry/protocol";
import { formatBytes } from "@gantry/terminal-text";
import { commandLine, wordsOf } from "../../state/command.ts";
import type { ResourceValues } from "../../state/resource.ts";
import type { ScreenOf } from "../../state/screen.ts";
import { type Context, contextOf, knownOf, type State, valueOf } from "../../state/state.ts";
import { ageOf, clockTime } from "../../text/age.ts";
import { padText } from "@gantry/terminal-text";
import { type Line, line, span } from "../../text/line.ts";
import type { Marks } from "../../theme/style.ts";
import { chosenKey, documentScreen, type TextLook } from "../document-screen.ts";
import { BLANK, type DocumentRow, fact, pair, section } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { grantKey, grantRows } from "./grant-rows.ts";
import { actOnInstallation, askToRevoke, openLog } from "./installation-actions.ts";
import { labelsOf } from "./labels.ts";
import { actOnTerminal } from "../terminals/terminals-screen.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";
import { installationSpan, resultSpan, terminalSpan } from "../state-span.ts";

type Shown = ScreenOf<"installation">;

/** One installation: what it is, what went in, what came out, and its runs. */
export const installationScreen: ScreenDefinition<Shown> = documentScreen<Shown, "installation">({
  title: ({ key }) => (key.namespace === "" ? key.name : `${key.namespace}/${key.name}`),
  subject: ({ key }) => ({ kind: "installation", key }),
  beside: ({ key }) => [{ kind: "plan", key, action: "upgrade" }, { kind: "terminals" }],
  text: rowsOf,
  command: ({ key }) => commandLine("show", wordsOf(key)),
  act: (screen, action, state) => {
    if (action === "open") return openRow(screen, state);
    if (action === "revoke") return askToRevoke(state, screen.key, chosenGrant(screen, state));
    return actOnInstallation(state, action, screen.key);
  },
});

function openRow(screen: Shown, state: State) {
  const key = chosenKey(installationScreen, screen, state) ?? "";
  if (key.startsWith(RUN)) return openLog(state, screen.key, key.slice(RUN.length));
  const terminal = terminalsOf(screen, contextOf(state)).find(({ id }) => key === TERMINAL + id);
  return terminal === undefined ? undefined : actOnTerminal(state, "open", terminal);
}

/** The grant that the chosen row is about; where there is only one, that. */
function chosenGrant(screen: Shown, state: State) {
  const key = chosenKey(installationScreen, screen, state);
  const grants = valueOf(contextOf(state), { kind: "installation", key: screen.key })?.grants ?? [];
  return (
    grants.find((one) => grantKey(one) === key) ?? (grants.length === 1 ? grants[0] : undefined)
  );
}

const RUN = "run/";
const TERMINAL = "terminal/";

function terminalsOf({ key }: Shown, context: Context): readonly Terminal[] {
  const all = valueOf(context, { kind: "terminals" }) ?? [];
  return all.filter(
    ({ installation, namespace }) => installation === key.name && namespace === key.namespace,
  );
}

type Detail = ResourceValues["installation"];

function rowsOf(
  screen: Shown,
  detail: Detail,
  { state, context, marks }: TextLook,
): readonly DocumentRow[] {
  const plan = knownOf(context, { kind: "plan", key: screen.key, action: "upgrade" });
  return [
    BLANK,
    ...facts(detail, state.now, marks),
    ...section(
      "Parameters",
      detail.installation._calculated.resolvedParameters
        .filter(({ name }) => matches(screen.place, name))
        .map(parameterRow),
    ),
    ...section(
      "Outputs",
      detail.outputs.filter(({ name }) => matches(screen.place, name)).map(outputRow),
    ),
    ...grantRows({
      grants: detail.grants,
      plan: plan?.value,
      failure: plan?.failure,
      now: state.now,
    }),
    ...section(
      "Terminals",
      terminalsOf(screen, context).map((one) => terminalRow(one, state.now, marks)),
    ),
    ...section(
      "Runs",
      detail.runs.toReversed().map((run) => runRow(run, state.now, marks)),
    ),
  ];
}

function facts({ installation }: Detail, now: number, marks: Marks): readonly DocumentRow[] {
  const { status, bundle, labels } = installation;
  const result = resultSpan(status.resultStatus, marks);
  return [
    fact("State", [installationSpan(installation, marks)]),
    fact("Last action", [
      span(`${oneLine(status.action)}  `),
      result,
      span(`  ${ageOf(status.modified, now).padEnd(4)}`, "quiet"),
    ]),
    fact("Bundle", oneLine([bundle.repository, status.bundleVersion].filter(Boolean).join("  "))),
    ...(status.bundleDigest === ""
      ? []
      : [fact("Digest", [span(oneLine(status.bundleDigest), "quiet")])]),
    fact("Driver", status.driver),
    fact("Created", clockTime(status.created)),
    ...(Object.keys(labels).length === 0 ? [] : [fact("Labels", labelsOf(labels))]),
  ];
}

function parameterRow({
  name,
  value,
}: Detail["installation"]["_calculated"]["resolvedParameters"][number]): DocumentRow {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return pair(name, valueLine(text), { key: `parameter/${name}`, width: 24 });
}

function outputRow({ name, value, sensitive, size }: OutputValue): DocumentRow {
  const shown = sensitive
    ? line("******", "quiet")
    : value === undefined
      ? line(formatBytes(size), "quiet")
      : valueLine(value);
  return pair(name, shown, { key: `output/${name}`, width: 24 });
}

function valueLine(text: string): Line {
  return text === "" ? line("(empty)", "quiet") : line(oneLine(text.slice(0, 1000)));
}

function terminalRow(terminal: Terminal, now: number, marks: Marks): DocumentRow {
  const { id, place, created, endpoint } = terminal;
  const shown = terminalSpan(terminal, marks);
  return {
    key: `${TERMINAL}${id}`,
    line: [
      span(padText(place, 14)),
      span(padText(shown.text, 14), shown.style),
      span(padText(ageOf(created, now), 6), "quiet"),
      span(oneLine(endpoint), "quiet"),
    ],
  };
}

function runRow(run: Detail["runs"][number], now: number, marks: Marks): DocumentRow {
  const { id, action, status, started, driver, version } = run;
  const result = resultSpan(status, marks);
  return {
    key: `${RUN}${id}`,
    line: [
      span(padText(oneLine(action), 14)),
      span(padText(result.text, 14), result.style),
      span(padText(ageOf(started, now), 6), "quiet"),
      span(padText(driver, 12), "quiet"),
      span(version, "quiet"),
    ],
  };
}
