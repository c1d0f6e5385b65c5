import { formatBytes, padText } from "@gantry/terminal-text";
import { commandLine } from "../../state/command.ts";
import { openOperation, push } from "../../state/navigation.ts";
import type { ResourceValues } from "../../state/resource.ts";
import { type AuditScreen, type ScreenOf, TOP } from "../../state/screen.ts";
import { type State, type Step, still, valueOf } from "../../state/state.ts";
import { ageOf, clockTime } from "../../text/age.ts";
import { line, span } from "../../text/line.ts";
import { chosenKey, documentScreen, type TextLook } from "../document-screen.ts";
import { BLANK, type DocumentRow, fact, section } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { whatOf } from "../operations/operations-screen.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";
import { operationSpan, verdictSpan } from "../state-span.ts";
import { ownerOf } from "./audit-screen.ts";

type Shown = ScreenOf<"daemon">;

/** How the daemon is, who is connected, what went to engines last, and what it did last. */
export const daemonScreen: ScreenDefinition<Shown> = documentScreen<Shown, "daemon">({
  title: () => "Daemon",
  subject: () => ({ kind: "daemon" }),
  beside: () => [{ kind: "audit" }, { kind: "operations" }],
  text: rowsOf,
  command: () => commandLine("daemon", "status"),
  act: (screen, action, state) => {
    if (action === "stop-daemon") return askToStop(state);
    if (action === "audit") return push(state, AUDIT);
    return action === "open" ? openRow(screen, state) : undefined;
  },
});

/** Everybody's calls, the end in sight. */
export const AUDIT: AuditScreen = { kind: "audit", isDenied: false, isFollowing: true, place: TOP };

const OPERATION = "operation/";

function openRow(screen: Shown, state: State): Step | undefined {
  const key = chosenKey(daemonScreen, screen, state) ?? "";
  if (key.startsWith(OPERATION)) return openOperation(state, key.slice(OPERATION.length));
  return key.startsWith("audit/") ? push(state, AUDIT) : undefined;
}

type Daemon = ResourceValues["daemon"];

function rowsOf({ place }: Shown, daemon: Daemon, look: TextLook): readonly DocumentRow[] {
  const fits = ({ line: shown }: DocumentRow): boolean =>
    matches(place, shown.map(({ text }) => text).join(""));
  const { now } = look.state;
  return [
    BLANK,
    ...facts(daemon, now).filter(fits),
    ...section("Clients", clientRows(daemon, now).filter(fits)),
    ...section("Audit", lastCalls(look).filter(fits)),
    ...section("Last operations", lastOperations(look).filter(fits)),
  ];
}

function facts(daemon: Daemon, now: number): readonly DocumentRow[] {
  const { runningOperations, openTerminals, cpuPercent, memoryBytes } = daemon;
  return [
    fact("Version", `${daemon.version}, process ${daemon.pid}`),
    fact("Started", `${clockTime(daemon.started)}, ${ageOf(daemon.started, now)} ago`),
    fact("Load", [
      span(`${cpuPercent} % CPU, ${formatBytes(memoryBytes)}`),
      span(
        `  ${count(runningOperations, "operation")}, ${count(openTerminals, "terminal")}`,
        "quiet",
      ),
    ]),
    fact("Home", oneLine(daemon.home)),
    fact("Socket", oneLine(daemon.socket)),
    fact("Leaves after", `${daemon.idleSeconds} idle seconds`),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function clientRows({ connections }: Daemon, now: number): readonly DocumentRow[] {
  return connections.map(({ name, version, user, pid, connected }, index) => {
    const who = [user, pid === undefined ? undefined : `process ${pid}`].filter(Boolean).join(", ");
    return {
      key: `client/${index}`,
      line: [
        span(padText(oneLine(`${name} ${version}`), 22)),
        span(padText(ageOf(connected, now), 6), "quiet"),
        span(oneLine(who), "quiet"),
      ],
    };
  });
}

/** Calls and operations that are shown without being asked for. */
const GLIMPSE = 5;

function lastCalls({ context, marks }: TextLook): readonly DocumentRow[] {
  const entries = valueOf(context, { kind: "audit" });
  if (entries === undefined) return [];
  if (entries.length === 0)
    return [{ key: "audit/none", line: line("no call went through a broker yet", "quiet") }];
  return entries.slice(-GLIMPSE).map((entry, index) => {
    const verdict = verdictSpan(entry.verdict, marks);
    return {
      key: `audit/${index}`,
      line: [
        span(padText(clockTime(entry.time).slice(11), 10), "quiet"),
        span(padText(verdict.text, 11), verdict.style),
        span(oneLine(`${entry.method} ${entry.path}`)),
        span(`  ${oneLine(ownerOf(entry))}`, "quiet"),
      ],
    };
  });
}

function lastOperations({ state, context, marks }: TextLook): readonly DocumentRow[] {
  const last = (valueOf(context, { kind: "operations" }) ?? []).slice(0, GLIMPSE);
  return last.map((one) => {
    const status = operationSpan(one.status, marks);
    return {
      key: `${OPERATION}${one.id}`,
      line: [
        span(padText(clockTime(one.created).slice(11), 10), "quiet"),
        span(padText(status.text, 14), status.style),
        span(whatOf(one)),
        span(`  ${ageOf(one.created, state.now)}`, "quiet"),
      ],
    };
  });
}

function askToStop(state: State): Step {
  return still({
    ...state,
    overlay: {
      kind: "confirm",
      title: "Stop the daemon?",
      lines: [
        "Runs go on, and the next daemon takes them up again; builds are cancelled.",
        "Any gantry command starts it again; here, a does.",
      ],
      command: commandLine("daemon", "stop", "--force"),
      typed: "",
      effects: [
        {
          kind: "call",
          context: state.current,
          call: { method: "daemon.stop", params: { force: true } },
        },
      ],
    },
  });
}
