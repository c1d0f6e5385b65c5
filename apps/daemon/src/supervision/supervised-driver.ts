import type { Driver, ImageFacet, LaunchedDriver, RunFacet } from "@gantry/driver-api";
import { Fault } from "../fault.ts";
import { SupervisedRun } from "./supervised-run.ts";
import type { Supervisor } from "./supervisor.ts";

/** A driver whose process comes and goes behind it. What it offers is what its process said when it was first started. */
export function supervisedDriver(supervisor: Supervisor, shape: LaunchedDriver): Driver {
  const { build, run, images } = shape;
  return {
    probe: (signal) => supervisor.use((driver) => driver.probe(signal)),
    ...(build === undefined
      ? {}
      : {
          build: {
            capabilities: build.capabilities,
            build: (request, work) =>
              supervisor.work("it builds an image", (driver) =>
                part(supervisor, driver.build).build(request, work),
              ),
          },
        }),
    ...(run === undefined ? {} : { run: supervisedRuns(supervisor, run) }),
    ...(images === undefined ? {} : { images: supervisedImages(supervisor, images) }),
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

function supervisedRuns(supervisor: Supervisor, offered: RunFacet): RunFacet {
  const { capabilities, engineSocket } = offered;
  const runs = (driver: LaunchedDriver): RunFacet => part(supervisor, driver.run);
  const canRecover = capabilities.features.includes("recover");
  return {
    capabilities,
    handles: (imageType, signal) =>
      supervisor.use((driver) => runs(driver).handles(imageType, signal)),
    async start(spec, signal) {
      const process = await supervisor.acquire();
      const run = await process.use((driver) => runs(driver).start(spec, signal));
      return new SupervisedRun(supervisor, { process, run, canRecover });
    },
    async recover(id, signal) {
      const process = await supervisor.acquire();
      const run = await process.use((driver) => runs(driver).recover(id, signal));
      return run && new SupervisedRun(supervisor, { process, run, canRecover });
    },
    ...(engineSocket === undefined
      ? {}
      : {
          engineSocket: (signal: AbortSignal) =>
            supervisor.use(
              (driver) =>
                runs(driver).engineSocket?.(signal) ?? part<Promise<string>>(supervisor, undefined),
            ),
        }),
    sweep: (owner, keep, signal) =>
      supervisor.use((driver) => runs(driver).sweep(owner, keep, signal)),
  };
}

function supervisedImages(supervisor: Supervisor, offered: ImageFacet): ImageFacet {
  // Only verbs that the first process offered are passed on; one that offers less is told apart by `part`.
  const imagesOf = (driver: LaunchedDriver) =>
    part(supervisor, driver.images) as Required<ImageFacet>;
  const via = <Result>(work: (images: Required<ImageFacet>) => Promise<Result>) =>
    supervisor.use((driver) => work(imagesOf(driver)));
  const move = <Result>(work: (images: Required<ImageFacet>) => Promise<Result>) =>
    supervisor.work("it moves an image", (driver) => work(imagesOf(driver)));
  const all: Required<ImageFacet> = {
    inspect: (ref, signal) => via((images) => images.inspect(ref, signal)),
    tag: (ref, reference, signal) => via((images) => images.tag(ref, reference, signal)),
    remove: (ref, signal) => via((images) => images.remove(ref, signal)),
    pull: (reference, options) => move((images) => images.pull(reference, options)),
    push: (ref, reference, options) => move((images) => images.push(ref, reference, options)),
    exportTo: (ref, dir, work) => move((images) => images.exportTo(ref, dir, work)),
    importFrom: (dir, digest, work) => move((images) => images.importFrom(dir, digest, work)),
  };
  const has = (verb: string): boolean => verb in offered;
  // The same verbs as `offered` has, and `inspect` is always among them.
  return Object.fromEntries(
    Object.entries(all).filter(([verb]) => has(verb)),
  ) as Partial<ImageFacet> as ImageFacet;
}

/** A facet that the driver had when it was first started. */
function part<Facet>(supervisor: Supervisor, facet: Facet | undefined): Facet {
  if (facet !== undefined) return facet;
  const { name } = supervisor;
  throw new Fault("protocol", `Driver ${name} does not offer any more what it offered at first.`, {
    hint: `See \`gantry drivers show ${name}\`, and tell its author.`,
  });
}
