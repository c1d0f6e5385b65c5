import { type Bundle, checkInstallationName } from "@gantry/cnab";
import type {
  bundleBuild,
  installationInstall,
  installationInvoke,
  installationUninstall,
  installationUpgrade,
  RunOptions,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { buildBundle } from "../build/build-bundle.ts";
import { type AskedRun, keptBuild, keptRun } from "../operations/keep-request.ts";
import { runAction } from "../run/run-action.ts";
import { deleteInstallation } from "./delete-installation.ts";
import { bundleOf, nameOf } from "./name-of.ts";
import type { Room, Session } from "./room.ts";

type Started = { operationId: string; installation: string };

export function handleBuild(room: Room, session: Session): HandlerOf<typeof bundleBuild> {
  return async ({ source, ...options }) => {
    const { environment } = session;
    const named = await bundleOf(source, options.name);
    const operation = await room.operations.start({ kind: "build", ...named }, async (context) => {
      room.store.operations.keepRequest(context.id, keptBuild(source, options));
      const { record } = await buildBundle(room, { source, options, environment, context });
      context.made.build = record;
    });
    return { operationId: operation.id };
  };
}

export function handleInstall(room: Room, session: Session): HandlerOf<typeof installationInstall> {
  return (options, { signal }) =>
    start(room, session, { kind: "install", action: "install", options, signal });
}

export function handleUpgrade(room: Room, session: Session): HandlerOf<typeof installationUpgrade> {
  return (options, { signal }) =>
    start(room, session, { kind: "upgrade", action: "upgrade", options, signal });
}

export function handleInvoke(room: Room, session: Session): HandlerOf<typeof installationInvoke> {
  return ({ action, ...options }, { signal }) =>
    start(room, session, { kind: "invoke", action, options, signal });
}

export function handleUninstall(
  room: Room,
  session: Session,
): HandlerOf<typeof installationUninstall> {
  return ({ delete: remove, forceDelete, ...options }, { signal }) => {
    const after = async (name: string, failed: boolean): Promise<void> => {
      if (forceDelete || (remove && !failed))
        await deleteInstallation(room, { name, namespace: options.namespace, force: true });
    };
    const asked = { kind: "uninstall", action: "uninstall", options, signal } as const;
    return start(room, session, { ...asked, delete: remove || forceDelete, after });
  };
}

interface Request {
  readonly kind: AskedRun["kind"];
  readonly action: string;
  readonly options: RunOptions;
  /** Of the call, which ends when the operation has started. */
  readonly signal: AbortSignal;
  readonly delete?: boolean;
  readonly after?: (name: string, failed: boolean) => Promise<void>;
}

/** One operation on one installation at a time: the lease is taken before anything is recorded. */
async function start(
  room: Room,
  { environment }: Session,
  { after, signal, ...asked }: Request,
): Promise<Started> {
  const { kind, action, options } = asked;
  const name = options.installation ?? (await nameOf(room, options, { environment, signal }));
  checkInstallationName(name);
  const { namespace } = options;
  const lease = room.leases.take({ namespace, name, operation: action });
  try {
    const operation = await room.operations.start(
      { kind, action, namespace, installation: name },
      async (context) => {
        using _lease = lease;
        const keep = (bundle?: Bundle): void =>
          room.store.operations.keepRequest(context.id, keptRun({ ...asked, name }, bundle));
        keep();
        await attempt(
          () => runAction(room, { action, name, options, environment, context, onBundle: keep }),
          (failed) => after?.(name, failed),
        );
      },
    );
    return { operationId: operation.id, installation: name };
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

async function attempt(
  work: () => Promise<void>,
  after: (failed: boolean) => Promise<void> | undefined,
): Promise<void> {
  let failed = true;
  try {
    await work();
    failed = false;
  } finally {
    await after(failed);
  }
}
