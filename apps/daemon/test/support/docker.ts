import { request } from "node:http";
import { text } from "node:stream/consumers";
import { dockerDriver } from "@gantry/driver-docker";
import type { Driver, RunSpec } from "@gantry/driver-api";
import { newId } from "@gantry/cnab";
import { runtimeFor } from "@gantry/run-tool";
import { engine } from "../../../../tools/engines/require.ts";
import { BARE_RUN } from "../../src/run/spec.ts";
import { World } from "./world.ts";

/** The real engine of this test run, if there is one. */
export const docker = engine("docker");

/** Its address; suites ask only when it is there. */
export function dockerHost(): string {
  return docker.available ? docker.host : "";
}

export function registryOf(): string {
  return docker.available ? docker.registry : "";
}

/** A world whose only endpoint is the real engine, with the real run tool. */
export async function dockerWorld(host = dockerHost()): Promise<World> {
  const world = await World.open([
    { name: "engine", driver: "docker", options: { host, lostAfterSeconds: 1 } },
  ]);
  world.findRuntime = runtimeFor;
  return world;
}

/** The fields that make a bundle of the default template, on the engine's Debian. */
export const ON_DEBIAN = { dockerfile: undefined };

/** Asks the engine itself. */
export async function ask(
  path: string,
  { method = "GET", host = dockerHost() } = {},
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  request({ socketPath: host.replace("unix://", ""), path, method }, (response) => {
    void text(response).then((body) => resolve(body === "" ? undefined : JSON.parse(body)), reject);
  })
    .on("error", reject)
    .end();
  return promise;
}

/** Names of the containers that carry this installation's label. */
export async function containersOf(installation: string): Promise<unknown> {
  const filters = JSON.stringify({ label: [`dev.gantry.installation=${installation}`] });
  return ask(`/containers/json?all=1&filters=${encodeURIComponent(filters)}`);
}

/** The engine's driver, for what a test does beside the daemon. */
export function driverAt(world: World): Driver {
  const context = { stateDir: world.dir, contentDir: world.dir };
  return world.use(dockerDriver.create({ host: dockerHost() }, context));
}

const work = { signal: AbortSignal.timeout(120_000), report: async () => undefined };

/** What a program prints in a bare container of the image. */
export async function printedBy(
  driver: Driver,
  id: string,
  { command, environment = {} }: { command: string[]; environment?: Record<string, string> },
): Promise<{ text: string; exitCode: number | undefined }> {
  if (driver.run === undefined) throw new TypeError("the driver cannot run");
  const run = await driver.run.start(
    { ...BARE, id: newId({}), image: { id }, command, environment: entries(environment) },
    work.signal,
  );
  try {
    const outcome = await run.outcome(work.signal);
    let said = "";
    for await (const { event } of run.events(undefined, work.signal)) said += event.text;
    return { text: said, exitCode: outcome.kind === "exited" ? outcome.exitCode : undefined };
  } finally {
    await run.remove(work.signal);
  }
}

function entries(environment: Record<string, string>): RunSpec["environment"] {
  return Object.entries(environment).map(([name, value]) => ({ name, value, sensitive: false }));
}

const BARE: Omit<RunSpec, "id" | "image" | "command"> = {
  ...BARE_RUN,
  owner: "gantry-daemon-test",
  labels: {},
  network: "none",
};

/** Pushes an image to the test registry; gives the digest there. */
export async function push(driver: Driver, id: string, reference: string): Promise<string> {
  const pushed = await driver.images?.push?.({ id }, reference, work);
  if (pushed === undefined) throw new TypeError("the driver cannot push");
  return pushed.digest;
}

/** Builds an image from a Dockerfile without a context. */
export async function derive(
  driver: Driver,
  world: World,
  dockerfile: string,
  tag: string,
): Promise<string> {
  const result = await driver.build?.build(
    {
      id: newId({}),
      contextDir: await world.file("empty/keep", "").then(() => `${world.dir}/empty`),
      dockerfile: { text: dockerfile, path: "Dockerfile" },
      ignore: "",
      tags: [tag],
      platforms: [],
      buildArgs: {},
      labels: {},
      contexts: {},
      secrets: [],
      ssh: [],
      cacheFrom: [],
      cacheTo: [],
      network: "default",
      extraHosts: [],
      noCache: false,
      pull: false,
      insecureRegistries: [],
    },
    work,
  );
  return result?.images[0]?.id ?? "";
}
