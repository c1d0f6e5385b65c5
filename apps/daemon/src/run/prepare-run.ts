import { type Bundle, checkInstallationName } from "@gantry/cnab";
import { DriverError, type RunSpec } from "@gantry/driver-api";
import type { PassedOver } from "@gantry/protocol";
import type { Image } from "@gantry/reports";
import { type BuildRoom, optionsFor } from "../build/build-bundle.ts";
import type { Fault } from "../fault.ts";
import type { OperationContext } from "../operations/operations.ts";
import { refuseUnapproved } from "../plan/facts.ts";
import type { ClaimRow } from "../store/claims.ts";
import { type BundleToRun, bundleToRun } from "./bundle-to-run.ts";
import { closeAbandoned } from "./close-claim.ts";
import { handOff } from "../images/hand-off.ts";
import { type SettledRun, settleRun, type SettleWork } from "./settle-run.ts";

interface PrepareWork extends SettleWork {
  readonly context: OperationContext;
  /** Hears what is to be run, before anything of it is settled. */
  readonly onBundle: (bundle: Bundle) => void;
}

/** A run that can start: settled, allowed, and its image at hand. */
export interface PreparedRun {
  readonly settled: SettledRun;
  /** The settled one, with the image as its endpoint has it. */
  readonly spec: RunSpec;
  readonly image: Image | undefined;
}

/** Settles a run and brings its image to the endpoint; goes to another endpoint when that one is away and the operator agreed to it. */
export async function prepareRun(room: BuildRoom, work: PrepareWork): Promise<PreparedRun> {
  const { options, name } = work;
  checkInstallationName(name);
  const installation = room.store.installations.find(options.namespace, name);
  const last = installation === undefined ? undefined : room.store.claims.last(installation.id);
  // The lease is ours, so nobody works on a claim that is open.
  if (last !== undefined) closeAbandoned(room.store, [last]);
  const toRun = await findBundle(room, work, last);
  work.onBundle(toRun.bundle);
  const given = { toRun, installation, last, refuse: throwIt, isPlan: false };
  const tried: PassedOver[] = [];
  for (;;) {
    const settled = await settleRun(room, work, { ...given, tried });
    refuseUnapproved(settled);
    try {
      return { settled, ...(await bringImage(room, work, settled)) };
    } catch (error) {
      tried.push(await leave(room, work, { settled, error }));
    }
  }
}

async function findBundle(
  room: BuildRoom,
  { options, environment, context }: PrepareWork,
  last: ClaimRow | undefined,
): Promise<BundleToRun> {
  const { source, driver: runner } = options;
  const buildOptions = await optionsFor(room, source, options.build);
  const build = { source, options: buildOptions, environment, runner, context };
  return await bundleToRun(room, { options, build, last });
}

async function bringImage(
  room: BuildRoom,
  work: PrepareWork,
  { choice, toRun, spec }: SettledRun,
): Promise<Omit<PreparedRun, "settled">> {
  await room.sweeper.sweepOnce(choice.endpoint);
  const image = await handOff({ ...room, ...work, toRun, to: choice.endpoint });
  work.context.signal.throwIfAborted();
  return { spec: image === undefined ? spec : { ...spec, image: { id: image.id } }, image };
}

/** Leaves an endpoint that turned out away, if that is allowed; throws `error` if not. */
async function leave(
  room: BuildRoom,
  { options, context }: PrepareWork,
  { settled, error }: { readonly settled: SettledRun; readonly error: unknown },
): Promise<PassedOver> {
  const { name } = settled.choice.endpoint;
  const isAway = error instanceof DriverError && error.code === "engine-unavailable";
  const mayLeave = options.failOver ?? (await room.endpoints.failOver());
  if (!isAway || !mayLeave) throw error;
  const text = `turned out away: ${error.message}`;
  await context.report("prepare", {
    kind: "notice",
    level: "warning",
    text: `Endpoint ${name} ${text} Another one is looked for.`,
  });
  return { endpoint: name, requirement: "ready", text };
}

function throwIt(fault: Fault): never {
  throw fault;
}
