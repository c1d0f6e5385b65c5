import { fileURLToPath } from "node:url";
import { newId } from "@gantry/cnab";
import { localDriver } from "@gantry/driver-local";
import { parseReference, RegistryClient } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import { runtimeFor } from "@gantry/run-tool";
import { describe, expect, it } from "vitest";
import { engine } from "../../../tools/engines/require.ts";
import { docker, dockerHost, registryOf } from "./support/docker.ts";
import { type EndpointFields, type Helper, World } from "./support/world.ts";

/** A driver that is shipped as a package, run from its source. */
function command(name: string): string[] {
  const main = new URL(`../../../libs/drivers/${name}/src/main.ts`, import.meta.url);
  return [process.execPath, "--conditions=@gantry/source", "--no-warnings", fileURLToPath(main)];
}

const PATH = process.env["PATH"] ?? "";

const podman = engine("podman");
const buildx = engine("buildx");
const localProblem = await whyNoLocal();
if (localProblem !== undefined)
  process.stderr.write(`skipped: published bundles on the local driver: ${localProblem}\n`);

/** Why the local driver cannot be used here. */
async function whyNoLocal(): Promise<string | undefined> {
  await using dir = await TempDir.create();
  await using driver = localDriver.create({}, { stateDir: dir.path, contentDir: dir.path });
  const { state, problems } = await driver.probe(AbortSignal.timeout(5_000));
  return state === "unavailable" ? (problems[0]?.text ?? "unavailable") : undefined;
}

/** A home of its own, with the engines of this test run. */
async function open(): Promise<{ world: World; helper: Helper } & AsyncDisposable> {
  const world = await World.open([
    { name: "engine", driver: "docker", options: { host: dockerHost() } },
    ...podmanEndpoint(),
    ...buildxEndpoint(),
  ]);
  world.findRuntime = runtimeFor;
  const helper = await world.start();
  return { world, helper, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function podmanEndpoint(): readonly EndpointFields[] {
  if (!podman.available) return [];
  const options = { host: podman.host };
  return [{ name: "podman", command: command("podman"), options }];
}

function buildxEndpoint(): readonly EndpointFields[] {
  if (!buildx.available) return [];
  const environment = { PATH, HOME: "/root", DOCKER_HOST: buildx.host };
  const options = { program: buildx.program, environment };
  return [{ name: "buildx", command: command("buildx"), options }];
}

const HELLO = `#!/bin/sh
echo "hello from $(id -u)"
echo "map $(cat /cnab/app/relocation-mapping.json)"
`;

/** A bundle that deploys busybox, published at a place of its own by the endpoint. */
async function published({ world, helper }: { world: World; helper: Helper }, builder: string) {
  const registry = `${registryOf()}/engines/${newId({}).toLowerCase()}`;
  const { base, busybox } = docker.available ? docker : { base: "", busybox: "" };
  const client = new RegistryClient();
  const { digest } = await client.resolve(parseReference(busybox));
  const repository = busybox.replace(/:[^/:]*$/, "");
  const steps = [{ exec: { command: "./hello.sh" } }];
  const told = [
    { exec: { command: "echo", arguments: ["web is ${ bundle.images.web.repository }"] } },
  ];
  const dir = await world.bundle(
    {
      name: "sent",
      registry,
      images: { web: { imageType: "docker", repository, digest } },
      install: [...steps, ...told],
      uninstall: steps,
    },
    { "template.Dockerfile": `FROM ${base}\n`, "hello.sh": HELLO },
  );
  const request = { source: { dir }, build: { driver: builder } };
  const started = await helper.request("bundle.publish", request);
  const { outcome } = await helper.finish(started);
  const again = await helper.finish(
    await helper.request("bundle.publish", { ...request, force: true }),
  );
  return { outcome, again: again.outcome, web: `${repository}@${digest}`, registry };
}

const WITH_PODMAN = [
  ["podman", "local"],
  ["local", "podman"],
] as const;

const CASES: readonly (readonly [builder: string, runner: string])[] = [
  ["local", "engine"],
  ["engine", "local"],
  ...(podman.available ? WITH_PODMAN : []),
  ...(buildx.available ? ([["buildx", "local"]] as const) : []),
];

describe.skipIf(!docker.available || localProblem !== undefined)("a bundle published", () => {
  it.each(CASES)(
    "[G-04, L-03, L-04] by %s is run by %s in a home that knows nothing of it",
    { timeout: 240_000 },
    async (builder, runner) => {
      await using author = await open();
      const { outcome, again, web, registry } = await published(author, builder);
      expect(outcome.operation.failure).toBeUndefined();
      const { publish: made } = outcome;
      const reference = `${registry}/sent:v0.1.0`;
      const moved = `${registry}/sent@${web.replace(/.*@/, "")}`;
      expect(made).toMatchObject({ reference, relocation: { [web]: moved } });
      expect(again.publish).toMatchObject({ digest: made?.digest, sentBytes: 0 });
      expect(again.publish?.blobs).toMatchObject({ sent: 0, mounted: 0 });

      await using user = await open();
      const source = { reference };
      const begun = await user.helper.request("installation.install", {
        source,
        cwd: "/",
        driver: runner,
      });
      const installed = await user.helper.finish(begun);
      const removed = await user.helper.act("uninstall", "sent");

      expect(installed.outcome.operation.failure).toBeUndefined();
      expect(installed.outcome.run).toMatchObject({ endpoint: runner });
      expect(installed.log).toContain("hello from 65532\n");
      expect(installed.log).toContain(`map ${JSON.stringify(made?.relocation)}\n`);
      expect(installed.log).toContain(`web is ${registry}/sent\n`);
      expect(removed.outcome.operation.failure).toBeUndefined();
      expect(removed.outcome.run).toMatchObject({ endpoint: runner });
      expect(removed.log).toContain(`map ${JSON.stringify(made?.relocation)}\n`);
    },
  );
});
