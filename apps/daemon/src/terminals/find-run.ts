import { newId } from "@gantry/cnab";
import type { Run, RunSpec } from "@gantry/driver-api";
import type { BundleSource } from "@gantry/protocol";
import type { Endpoint, Environment } from "../endpoints/endpoint.ts";
import { negotiate } from "../endpoints/negotiate.ts";
import { Fault } from "../fault.ts";
import { findClaim, findInstallation } from "../handlers/find-installation.ts";
import type { Room } from "../handlers/room.ts";
import { placesOf, sourceKey } from "../build/source.ts";
import { handOff } from "../images/hand-off.ts";
import { type BundleToRun, fromRow } from "../run/bundle-to-run.ts";
import { findEndpoint } from "../run/resume-run.ts";
import { BARE_RUN } from "../run/spec.ts";

/** A run to open a terminal in. */
export interface FoundRun {
  readonly run: Run;
  readonly endpoint: Endpoint;
  /** Of a run that was made for the terminal: it may be swept from now on. */
  readonly letGo?: () => void;
}

interface Wanted {
  readonly name: string;
  readonly namespace: string;
}

/** The run of the installation that is under way. Throws `state-refused` when there is none. */
export async function runUnderWay(
  room: Room,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<FoundRun> {
  findInstallation(room, wanted);
  const running = room.store.operations
    .list({ running: true, limit: 1_000 })
    .find(
      (each) => each.installation === wanted.name && (each.namespace ?? "") === wanted.namespace,
    );
  const resume = running === undefined ? undefined : room.store.operations.resume(running.id);
  if (resume === undefined) throw nothingRuns(wanted.name);
  const endpoint = await findEndpoint(room, resume);
  const run = await endpoint.instance.run?.recover(resume.runId, signal);
  if (run === undefined) throw nothingRuns(wanted.name);
  return { run, endpoint };
}

const IDLE = "trap 'exit 0' TERM; while :; do sleep 1; done";

/** An image to look around in, and whose it is. */
export interface ImageToEnter {
  readonly toRun: BundleToRun;
  /** The only endpoint that will do; absent: the one that has the image, else another that has terminals. */
  readonly endpoint?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The image that the installation ran last. Throws `not-found`. */
export function imageOfInstallation(room: Room, wanted: Wanted): ImageToEnter {
  const claim = findClaim(room, wanted);
  const { name, namespace } = wanted;
  return {
    toRun: {
      bundle: claim.bundle,
      bundleBytes: claim.bundleBytes,
      image: claim.image,
      reference: claim.bundleReference,
      imageType: "oci",
      madeBy: claim.endpoint,
    },
    labels: { "dev.gantry.installation": name, "dev.gantry.namespace": namespace },
  };
}

/** The image of a bundle as it was built last, outdated or not. Throws `not-found`. */
export async function imageOfBundle({ store }: Room, source: BundleSource): Promise<ImageToEnter> {
  const key = await sourceKey(source);
  const row = store.builds.find(key);
  if (row === undefined) {
    throw new Fault("not-found", `${placesOf(key).file} has never been built.`, {
      hint: "Run `gantry build`, then look around in what it made.",
    });
  }
  return { toRun: fromRow(row), labels: { "dev.gantry.bundle": row.record.name } };
}

interface Entering {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** A run of an image that does nothing, for a look around. Throws `unsupported` or `no-driver` where no endpoint has terminals. */
export async function runOfImage(
  room: Room,
  { toRun, endpoint: named, labels }: ImageToEnter,
  { environment, signal }: Entering,
): Promise<FoundRun> {
  const endpoint = await endpointFor(room, { toRun, named }, { environment, signal });
  const facet = endpoint.instance.run;
  if (facet === undefined) throw cannot(endpoint);
  const context = { signal, report: async () => undefined };
  const image = await handOff({ ...room, environment, context, toRun, to: endpoint });
  const spec = idleSpec(room, labels, image === undefined ? toRun.image : { id: image.id });
  const over = Promise.withResolvers<void>();
  void room.sweeper.keeping(spec.id, () => over.promise);
  try {
    return { run: await facet.start(spec, signal), endpoint, letGo: over.resolve };
  } catch (error) {
    over.resolve();
    throw error;
  }
}

/** What built the image need not be able to run it. */
async function endpointFor(
  { endpoints }: Room,
  { toRun, named }: { readonly toRun: BundleToRun; readonly named: string | undefined },
  { environment, signal }: Entering,
): Promise<Endpoint> {
  const { imageType, platform, madeBy: first } = toRun;
  const platforms = platform === undefined ? [] : [platform];
  const need = { facet: "run", features: ["terminal"], platforms, imageType } as const;
  const { endpoint } = await negotiate(endpoints, need, { named, first, environment, signal });
  return endpoint;
}

function idleSpec(room: Room, labels: ImageToEnter["labels"], image: RunSpec["image"]): RunSpec {
  return {
    ...BARE_RUN,
    id: newId({}),
    owner: room.store.owner,
    labels: { ...labels, purpose: "terminal" },
    image,
    command: ["/bin/sh", "-c", IDLE],
  };
}

function nothingRuns(name: string): Fault {
  return new Fault("state-refused", `No run of installation ${name} is under way.`, {
    hint: "Look around in its image with --image, or open the terminal while an action runs.",
  });
}

/** An endpoint without terminals. */
export function cannot({ name }: Endpoint): Fault {
  return new Fault("unsupported", `Endpoint ${name} has no terminal.`, {
    hint: "Run the bundle on an endpoint that has: `gantry drivers show NAME` lists what each can do.",
  });
}
