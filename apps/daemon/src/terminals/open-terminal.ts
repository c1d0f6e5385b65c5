import { newId } from "@gantry/cnab";
import type { TerminalSize } from "@gantry/driver-api";
import type { AuditEntry, BundleSource, ClientInfo } from "@gantry/protocol";
import type { Environment } from "../endpoints/endpoint.ts";
import type { Room } from "../handlers/room.ts";
import {
  cannot,
  type FoundRun,
  imageOfBundle,
  imageOfInstallation,
  runOfImage,
  runUnderWay,
} from "./find-run.ts";
import { type TerminalFacts, TerminalSession } from "./session.ts";
import { bundleOwner } from "../run/bundle-owner.ts";

export interface TerminalRequest {
  readonly where: Where;
  readonly command: readonly string[];
  readonly size: TerminalSize;
  readonly environment: Environment;
  readonly colorTerm?: string;
  readonly openedBy?: ClientInfo;
}

/** What a terminal is to be opened in. `endpoint`: where an image is to run, if not where it was made. */
export type Where =
  | {
      readonly place: "run" | "image";
      readonly name: string;
      readonly namespace: string;
      readonly endpoint?: string;
    }
  | { readonly place: "bundle"; readonly source: BundleSource; readonly endpoint?: string };

/** The image's own shell: the better one that it has. */
const SHELL = ["/bin/sh", "-c", "if command -v bash >/dev/null; then exec bash; else exec sh; fi"];

const END_MS = 30_000;

/** Opens a terminal and hands it to the daemon's room. A run that was made for it is removed when it ends. */
export async function openTerminal(
  room: Room,
  request: TerminalRequest,
  signal: AbortSignal,
): Promise<TerminalSession> {
  room.terminals.checkRoom();
  const { found, owner } = await enter(room, request, signal);
  const undo = found.letGo === undefined ? () => letGo(found) : () => removeRun(found);
  try {
    const session = await start(found, { ...request, owner }, signal);
    room.terminals.add(session, undo);
    room.log.info({ terminal: session.facts }, "terminal opened");
    room.audit.append(entryOf(session.facts));
    return session;
  } catch (error) {
    await undo();
    throw error;
  }
}

/** A terminal is a way into a run, so the audit has it beside what the run itself asked for. */
function entryOf({
  place,
  namespace,
  installation,
  bundle,
  openedBy,
  created,
}: TerminalFacts): AuditEntry {
  const { user, name } = openedBy ?? { name: "a client" };
  return {
    time: created,
    owner: bundleOwner(namespace, bundle ?? installation),
    method: "OPEN",
    path: `/terminals/${place}`,
    verdict: "allowed",
    reason: `by ${user === undefined ? name : `${user}, ${name}`}`,
  };
}

/** Whose the terminal is, as its facts say it. */
type Owner = Pick<TerminalFacts, "place" | "installation" | "namespace" | "bundle">;

async function enter(
  room: Room,
  { where, environment }: TerminalRequest,
  signal: AbortSignal,
): Promise<{ readonly found: FoundRun; readonly owner: Owner }> {
  if (where.place === "run")
    return { found: await runUnderWay(room, where, signal), owner: ownerOf(where) };
  const isBundle = where.place === "bundle";
  const made = isBundle
    ? await imageOfBundle(room, where.source)
    : imageOfInstallation(room, where);
  const image = { ...made, endpoint: where.endpoint };
  const found = await runOfImage(room, image, { environment, signal });
  const { name: bundle } = made.toRun.bundle;
  const owner: Owner = isBundle
    ? { place: "bundle", installation: "", namespace: "", bundle }
    : ownerOf(where);
  return { found, owner };
}

function ownerOf({ place, name, namespace }: Exclude<Where, { place: "bundle" }>): Owner {
  return { place, installation: name, namespace };
}

async function start(
  { run, endpoint, letGo: isMade }: FoundRun,
  request: TerminalRequest & { readonly owner: Owner },
  signal: AbortSignal,
): Promise<TerminalSession> {
  if (run.terminal === undefined) throw cannot(endpoint);
  const { owner, size, openedBy, colorTerm } = request;
  const id = newId({});
  const command = request.command.length > 0 ? request.command : SHELL;
  const environment =
    colorTerm === undefined ? [] : [{ name: "COLORTERM", value: colorTerm, sensitive: false }];
  const terminal = await run.terminal({ id, command, environment, size }, signal);
  const facts = {
    id,
    ...owner,
    ...(openedBy === undefined ? {} : { openedBy }),
    runId: run.id,
    endpoint: endpoint.name,
    ofItsOwn: isMade !== undefined,
    command: request.command.length > 0 ? [...command] : ["sh"],
    created: new Date().toISOString(),
  };
  return new TerminalSession(facts, terminal, size);
}

async function removeRun(found: FoundRun): Promise<void> {
  await found.run.remove(AbortSignal.timeout(END_MS)).catch(() => undefined);
  await letGo(found);
}

async function letGo({ run, letGo: release }: FoundRun): Promise<void> {
  await run[Symbol.asyncDispose]();
  release?.();
}
