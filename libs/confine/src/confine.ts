import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./enter/recipe.ts";
import { confinedEnvironment, ENGINE_SOCKET } from "./environment.ts";
import { ConfineError } from "./errors.ts";
import {
  closingSteps,
  type ConfiningHost,
  openingSteps,
  probeHost,
  type UnfitHost,
  writeEntry,
} from "./host/host.ts";
import { openRunDirectory, ownPrefix } from "./host/run-directory.ts";
import { ControlGroup } from "./limits/control-group.ts";
import { asStrangers, strangerFor } from "./host/stranger.ts";
import { rlimitSteps } from "./limits/rlimits.ts";
import { type DriverNetwork, openNetwork } from "./network/network.ts";
import { findPrograms, PACKAGE_DIR, resolveCommand, type StartCommand } from "./package/program.ts";
import { copyVerified, type VerifiedCopy } from "./package/verified-copy.ts";
import type { Confined, ConfineRequest } from "./request.ts";
import { leaveUnconfined } from "./unconfined.ts";
import { deviceSteps } from "./view/devices.ts";
import { grantSteps, programSteps, visible } from "./view/grants.ts";
import { machineSteps } from "./view/machine.ts";
import { ownSteps } from "./view/own.ts";
import { within } from "./view/within.ts";
import { isWholeMachine, weaknesses, WRITES_EVERYWHERE } from "./weaker.ts";

/**
 * Makes everything ready to start a driver so that it has its granted powers and no more: its content checked and copied, a view of
 * its own, limits, and the way into it as a command. Nothing of the driver runs before that command is started. Throws
 * `ConfineError` when the content is not what it has to be, when a grant cannot be given, and, under policy `strict`, where
 * this machine cannot confine; elsewhere the driver is then started `unconfined`, and its confinement says why.
 */
export async function confine(request: ConfineRequest, signal: AbortSignal): Promise<Confined> {
  signal.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const host = isWholeMachine(request.granted) ? WHOLE_MACHINE : await probeHost();
  if (!("perl" in host) && request.policy === "strict") throw cannot(request, host.reason);
  const run = stack.use(await openRunDirectory(request.hidden?.[0]));
  const confined =
    "perl" in host
      ? await enter({ request, host, directory: run.path, signal }, stack)
      : await leaveUnconfined(request, await copyTo(run.path, request, signal), host.reason);
  signal.throwIfAborted();
  const made = stack.move();
  return { ...confined, [Symbol.asyncDispose]: () => made.disposeAsync() };
}

interface Entry {
  readonly request: ConfineRequest;
  readonly host: ConfiningHost;
  /** Of this start alone. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

function copyTo(directory: string, request: ConfineRequest, signal: AbortSignal) {
  return copyVerified(request, join(directory, "package"), signal);
}

async function enter(
  entry: Entry,
  stack: AsyncDisposableStack,
): Promise<Omit<Confined, typeof Symbol.asyncDispose>> {
  const { request, host, directory, signal } = entry;
  const { granted, limits } = request;
  const name = `${ownPrefix()}${request.name}-${process.hrtime.bigint()}`;
  const grouping = ControlGroup.create(name, limits);
  stack.defer(async () => await (await grouping)[Symbol.asyncDispose]());
  const copy = await copyTo(directory, request, signal);
  const start = await resolveCommand(request, copy);
  const network = stack.use(await openNetwork(granted.network, join(directory, "net")));
  const isRoot = process.geteuid?.() === 0;
  const all = granted.subprocesses.includes("*");
  const stranger = all && isRoot ? await findStranger(entry) : undefined;
  const spaces = all && (!isRoot || stranger !== undefined);
  const view = await viewSteps(entry, { copy, start, network, stranger });
  const group = await grouping;
  const held = { memory: group.held.has("memory"), pids: group.held.has("pids") };
  const steps: Step[] = [
    ...group.directories.map((path): Step => ["cgroup", path]),
    ...openingSteps(host, directory, { network: network.own, stranger }),
    ...view,
    ...rlimitSteps({ limits, held, isNode: start.programs.some((each) => each.name === "node") }),
    ...closingSteps(host, {
      cwd: PACKAGE_DIR,
      spaces,
      listeners: network.listeners,
      stranger,
    }),
    ["exec", ...start.argv],
  ];
  const missing = weaknesses(request, {
    seccomp: host.seccomp,
    held: group.held,
    spaces,
    isRoot: isRoot && stranger === undefined,
  });
  return {
    command: host.perl,
    args: await writeEntry(directory, steps),
    env: { ...network.env, ...confinedEnvironment(request) },
    cwd: "/",
    confinement: { state: "confined", missing },
  };
}

interface Parts {
  readonly copy: VerifiedCopy;
  readonly start: StartCommand;
  readonly network: DriverNetwork;
  /** The id that it gets instead of root's. */
  readonly stranger: number | undefined;
}

/** An id for root's driver that is granted namespaces. */
async function findStranger({ request, host, directory }: Entry): Promise<number | undefined> {
  const { stateDir, contentDir } = request;
  for (const path of [stateDir, contentDir]) await mkdir(path, { recursive: true, mode: 0o700 });
  const places = await Promise.all([stateDir, contentDir, directory].map((path) => realpath(path)));
  return strangerFor(host, places);
}

/** Everything that the driver sees, the machine's part first, what was granted on top of it. */
async function viewSteps(
  { request, directory }: Entry,
  { copy, start, network, stranger }: Parts,
): Promise<readonly Step[]> {
  const { granted, engineSocket } = request;
  const all = granted.subprocesses.includes("*");
  const path = request.environment["PATH"];
  const names = granted.subprocesses.filter((word) => !word.includes("/"));
  const programs = all ? [] : await findPrograms(names, path);
  const hidden = await realPaths(request.hidden ?? [directory]);
  const hosts = network.own ? network.hosts : "machine";
  const granting = [
    ...(await grantSteps(request, hidden)),
    ...(await programSteps(request, hidden)),
  ];
  const made: readonly Step[] = [
    ["bind", "ro", copy.directory, PACKAGE_DIR],
    ...(await ownDirectories(request)),
    ...network.view,
  ];
  return [
    ...(await machineSteps({ allPrograms: all, hosts, uid: stranger })),
    ...ownSteps(Math.max(16, Math.ceil(request.limits.memoryMiB / 4))),
    ...asStrangers(granting, stranger, "may"),
    ...(await deviceSteps(request)),
    ...[...programs, ...start.programs].map(({ file, place }): Step => ["bind", "ro", file, place]),
    ...asStrangers(made, stranger, "must"),
    ...(engineSocket === undefined
      ? []
      : [["bind", "ro", await realpath(engineSocket), ENGINE_SOCKET] satisfies Step]),
  ];
}

/** The driver's own directories, and those through which its requests pass. */
async function ownDirectories(request: ConfineRequest): Promise<readonly Step[]> {
  const { stateDir, contentDir, engineLogs, exchange = [] } = request;
  await mkdir(contentDir, { recursive: true, mode: 0o700 });
  // Together where they are one tree, so that files can be linked from one into the other.
  const roots = within(stateDir, contentDir) ? [stateDir] : [stateDir, contentDir];
  const own = roots.map((path) => ({ path, writable: true }));
  const logs = engineLogs === undefined ? [] : [{ path: engineLogs, writable: false }];
  const steps = [...exchange, ...own, ...logs].map(async ({ path, writable }) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return visible({ written: path, real: await realpath(path) }, writable ? "rw" : "ro");
  });
  return (await Promise.all(steps)).flat();
}

async function realPaths(paths: readonly string[]): Promise<readonly string[]> {
  return await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
}

const WHOLE_MACHINE: UnfitHost = { reason: WRITES_EVERYWHERE };

function cannot({ name }: ConfineRequest, reason: string): ConfineError {
  return new ConfineError(
    "cannot-confine",
    `Driver ${name} was not started: it cannot be confined here (${reason}), and the policy is strict.`,
    { hint: "See docs/confinement.md for what is needed, or set `policy: default`." },
  );
}
