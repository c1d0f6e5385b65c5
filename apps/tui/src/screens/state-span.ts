import type { AuditEntry, Endpoint, Installation, Operation, Terminal } from "@gantry/protocol";
import { type Span, span } from "../text/line.ts";
import type { Marks, Style } from "../theme/style.ts";

type Shown = readonly [mark: keyof Omit<Marks, "spinner">, style: Style | undefined];

const OPERATIONS: Readonly<Record<Operation["status"], Shown>> = {
  running: ["ring", "accent"],
  succeeded: ["done", "good"],
  failed: ["failed", "bad"],
  canceled: ["canceled", "warning"],
  interrupted: ["canceled", "warning"],
};

/** How an operation is: a mark and a word, so that no colour is needed to tell. */
export function operationSpan(status: Operation["status"], marks: Marks): Span {
  const [mark, style] = OPERATIONS[status];
  return span(`${marks[mark]} ${status}`, style);
}

const ENDPOINTS: Readonly<Record<Endpoint["probe"]["state"], Shown>> = {
  ready: ["dot", "good"],
  degraded: ["dot", "warning"],
  unavailable: ["ring", "bad"],
  "not-started": ["waiting", "quiet"],
};

export function endpointSpan(state: Endpoint["probe"]["state"], marks: Marks): Span {
  const [mark, style] = ENDPOINTS[state];
  return span(`${marks[mark]} ${state}`, style);
}

export function installationSpan({ _calculated: shown }: Installation, marks: Marks): Span {
  const { displayInstallationState: state, displayInstallationStatus: status } = shown;
  if (status === "failed") return span(`${marks.failed} ${state}`, "bad");
  if (/^(install|upgrad|uninstall)ing$|^running/.test(status))
    return span(`${marks.ring} ${status}`, "accent");
  if (state === "installed") return span(`${marks.dot} ${state}`, "good");
  return span(`${marks.ring} ${state}`, "quiet");
}

export function resultSpan(status: string, marks: Marks): Span {
  if (status === "succeeded") return span(`${marks.done} ${status}`, "good");
  if (status === "failed") return span(`${marks.failed} ${status}`, "bad");
  if (status === "running" || status === "pending")
    return span(`${marks.ring} ${status}`, "accent");
  return span(`${marks.waiting} ${status}`, "quiet");
}

export function verdictSpan(verdict: AuditEntry["verdict"], marks: Marks): Span {
  return verdict === "allowed"
    ? span(`${marks.done} allowed`, "good")
    : span(`${marks.failed} denied`, "bad");
}

/** How a terminal is: looked at, let go, or ended. */
export function terminalSpan({ exitCode, attached }: Terminal, marks: Marks): Span {
  if (exitCode !== undefined) return span(`${marks.waiting} ended ${exitCode}`, "quiet");
  return attached > 0
    ? span(`${marks.dot} attached`, "good")
    : span(`${marks.ring} let go`, "accent");
}
