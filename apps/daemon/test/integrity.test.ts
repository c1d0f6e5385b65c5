import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@gantry/cnab";
import { localDriver } from "@gantry/driver-local";
import type { Driver } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import {
  docker,
  dockerHost,
  dockerWorld,
  driverAt,
  ON_DEBIAN,
  push,
  registryOf,
} from "./support/docker.ts";
import { type Helper, World } from "./support/world.ts";
import { runtimeFor } from "@gantry/run-tool";

const FIELDS = { ...ON_DEBIAN, name: "sealed" };

describe.skipIf(!docker.available)("the image that a bundle names by digest", () => {
  const scope = new AsyncDisposableStack();
  let world: World;
  let helper: Helper;
  let driver: Driver;
  let dir: string;
  let imageId: string;

  beforeAll(async () => {
    world = scope.use(await dockerWorld());
    helper = await world.start();
    driver = driverAt(world);
    dir = await world.bundle(FIELDS);
    imageId = (await helper.build(dir)).outcome.build?.imageId ?? "";
  }, 120_000);

  afterAll(() => scope.disposeAsync());

  /** The built bundle.json with another image. */
  async function withImage(image: string, contentDigest?: string) {
    const bundle = JSON.parse(await readFile(join(dir, ".cnab/bundle.json"), "utf8"));
    const invocationImages = [{ ...bundle.invocationImages[0], image, contentDigest }];
    const cnabFile = await world.file(
      "sealed.json",
      JSON.stringify({ ...bundle, invocationImages }),
    );
    return { source: { cnabFile } };
  }

  /** The built image in the registry, under a name that no other run of this suite has. */
  async function pushed(tag: string) {
    const reference = `${registryOf()}/gantry-test/${newId({}).toLowerCase()}:${tag}`;
    const digest = await push(driver, imageId, reference);
    scope.defer(async () => driver.images?.remove?.({ reference }, AbortSignal.timeout(20_000)));
    return { reference, digest };
  }

  it("[S-03, S-06] is run when it is the one in the registry, by its manifest's digest there", async () => {
    const { reference, digest } = await pushed("one");

    const { outcome } = await helper.install("/", {
      installation: "right",
      ...(await withImage(reference, digest)),
    });

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    const { installation } = await helper.request("installation.show", { name: "right" });
    expect(installation.status).toMatchObject({
      bundleReference: `${reference}@${digest}`,
      bundleDigest: digest,
    });
  });

  it("[S-03] is not run when the name leads to another one", async () => {
    const { reference } = await pushed("moved");
    const other = `sha256:${"1".repeat(64)}`;

    const { outcome } = await helper.install("/", {
      installation: "wrong",
      ...(await withImage(reference, other)),
    });

    expect(["image-mismatch", "image-not-found"]).toContain(outcome.operation.failure?.code);
    expect(outcome.operation.failure?.hint).toBeTruthy();
    await expect(helper.request("installation.show", { name: "wrong" })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  it("[S-04, S-05] is refused without a digest, unless the user overrides that", async () => {
    const { reference } = await pushed("bare");
    const bare = await withImage(reference);

    const refused = await helper.install("/", { installation: "bare", ...bare });
    const forced = await helper.install("/", { installation: "bare", ...bare, force: true });

    expect(refused.outcome.operation.failure).toMatchObject({
      code: "image-mismatch",
      message: expect.stringContaining("contentDigest"),
      hint: expect.stringContaining("--force"),
    });
    expect(forced.outcome.operation).toMatchObject({ status: "succeeded" });
  });

  it("is the built one although its tag was moved since", async () => {
    const { build } = (await helper.build(dir)).outcome;
    await driver.images?.tag?.(
      { reference: docker.available ? docker.busybox : "" },
      build?.image ?? "",
      AbortSignal.timeout(20_000),
    );

    const { outcome } = await helper.install(dir);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
  });
});

/** Why the local driver cannot be used here. */
const localProblem = await whyNoLocal();
if (localProblem !== undefined)
  process.stderr.write(`skipped: hand-over to and from local: ${localProblem}\n`);

async function whyNoLocal(): Promise<string | undefined> {
  await using dir = await TempDir.create();
  await using driver = localDriver.create({}, { stateDir: dir.path, contentDir: dir.path });
  const { state, problems } = await driver.probe(AbortSignal.timeout(5_000));
  return state === "unavailable" ? (problems[0]?.text ?? "unavailable") : undefined;
}

describe.skipIf(!docker.available || localProblem !== undefined)(
  "an image that one endpoint built",
  () => {
    it.each([
      ["local", "engine"],
      ["engine", "local"],
    ])(
      "by %s is run by %s, without building again",
      async (builder, runner) => {
        await using world = await World.open([
          { name: "engine", driver: "docker", options: { host: dockerHost() } },
        ]);
        world.findRuntime = runtimeFor;
        const helper = await world.start();
        const base = docker.available ? docker.base : "";
        const dir = await world.bundle(
          { name: `from-${builder}`, install: [{ exec: { command: "./hello.sh" } }] },
          {
            "template.Dockerfile": `FROM ${base}\n`,
            "hello.sh": "#!/bin/sh\necho hello from $(id -u)\n",
          },
        );
        const built = await helper.build(dir, { driver: builder });
        const { outcome, log } = await helper.install(dir, { driver: runner });

        expect([built.outcome.operation.failure, outcome.operation.failure]).toEqual([
          undefined,
          undefined,
        ]);
        expect(outcome).toMatchObject({
          operation: { status: "succeeded" },
          run: { endpoint: runner },
          build: { endpoint: builder, upToDate: true },
        });
        expect(log).toContain("hello from 65532\n");
      },
      60_000,
    );
  },
);
