import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "@gantry/cnab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  containersOf,
  derive,
  docker,
  driverAt,
  dockerWorld,
  ON_DEBIAN,
  printedBy,
} from "./support/docker.ts";
import type { Driver } from "@gantry/driver-api";
import type { Finished, Helper, World } from "./support/world.ts";

const PROBE = `#!/bin/sh
echo "action $CNAB_ACTION"
echo "uid $(id -u)"
for file in /cnab/app/given /cnab/app/empty /home/key; do
  test -e $file && { echo "$file [$(cat $file)]"; echo changed > $file; }
done
echo "bundle $(sha256sum < /cnab/bundle.json | cut -d' ' -f1)"
echo "claim $(test -e /cnab/claim.json && echo yes)"
[ $CNAB_ACTION/$CNAB_INSTALLATION_NAME = install/probe ] && head -c 104857600 /dev/zero | tr '\\0' 'x' > /cnab/app/outputs/big 2>/dev/null
exit 0
`;

const FIELDS = {
  ...ON_DEBIAN,
  name: "probe",
  install: [{ exec: { command: "./probe.sh" } }],
  uninstall: [{ exec: { command: "./probe.sh" } }],
  upgrade: undefined,
  again: [{ exec: { command: "./probe.sh" } }],
  parameters: [
    { name: "given", type: "string", path: "/cnab/app/given", default: "", applyTo: ["install"] },
    { name: "empty", type: "string", path: "/cnab/app/empty", default: "", applyTo: ["install"] },
  ],
  credentials: [{ name: "key", path: "/home/key", required: false, applyTo: ["install", "again"] }],
  outputs: [{ name: "big", type: "string", applyTo: ["install"] }],
};

const KEY = "k3y-of-the-house";
const GIVEN = 'two\nlines "quoted" $HOME \u00e9\n';

describe.skipIf(!docker.available)("a built bundle on a real engine", () => {
  const scope = new AsyncDisposableStack();
  let world: World;
  let helper: Helper;
  let driver: Driver;
  let dir: string;
  let installed: Finished;
  let imageId: string;

  beforeAll(async () => {
    world = scope.use(await dockerWorld());
    helper = await world.start();
    driver = driverAt(world);
    dir = await world.bundle(FIELDS, { "probe.sh": PROBE });
    installed = await helper.install(dir, {
      parameters: { given: { kind: "text", text: GIVEN } },
      credentials: { key: KEY },
    });
    imageId = installed.outcome.build?.imageId ?? "";
  }, 120_000);

  afterAll(() => scope.disposeAsync());

  /** Runs an action of a bundle.json that is the built one but for some fields. */
  async function runChanged(fields: Record<string, unknown>, image: Record<string, unknown> = {}) {
    const bundle = JSON.parse(await readFile(join(dir, ".cnab/bundle.json"), "utf8"));
    const invocationImages = [{ ...bundle.invocationImages[0], ...image }];
    const cnabFile = await world.file(
      "changed.json",
      JSON.stringify({ ...bundle, ...fields, invocationImages }),
    );
    return { cnabFile };
  }

  it("succeeds", () => {
    expect(installed.outcome.operation).toMatchObject({ status: "succeeded" });
  });

  it("[B-01] has a bundle.json in canonical form", async () => {
    const bytes = await readFile(join(dir, ".cnab/bundle.json"), "utf8");

    expect(bytes).toBe(canonicalJson(JSON.parse(bytes)));
  });

  it("[P-09, P-20] finds each file with exactly its value, readable for its user, also an empty one", () => {
    expect(installed.log).toContain("uid 65532\n");
    expect(installed.log).toContain(`/cnab/app/given [${GIVEN.trimEnd()}]\n`);
    expect(installed.log).toContain("/cnab/app/empty []\n");
    expect(installed.log).toContain("/home/key [*******]\n");
  });

  it("[R-02] finds the bundle.json, to the byte", async () => {
    const bytes = await readFile(join(dir, ".cnab/bundle.json"));

    expect(installed.log).toContain(`bundle ${createHash("sha256").update(bytes).digest("hex")}\n`);
  });

  it("keeps an output of 100 MB, and gives it whole", async () => {
    expect(installed.outcome.run?.outputs).toEqual([
      { name: "big", type: "string", sensitive: false, size: 104_857_600 },
    ]);
    let size = 0;
    for await (const { data } of helper.client.call("output.show", {
      name: "probe",
      output: "big",
    }))
      size += Buffer.from(data, "base64").length;

    expect(size).toBe(104_857_600);
  });

  it("[P-21] leaves no container, and with it no file, behind", async () => {
    expect(await containersOf("probe")).toEqual([]);
  });

  it("[P-22] gets the credential as it was, whatever an earlier run made of its file", async () => {
    const { log, outcome } = await helper.act("again", "probe", { credentials: { key: KEY } });

    expect(outcome.operation.status).toBe("succeeded");
    expect(log).toContain("/home/key [*******]\n");
    expect(log).not.toContain("changed");
  });

  it("[I-01, I-02, I-03, I-07] has its run tool and nothing strange in /cnab", async () => {
    const names = await printedBy(driver, imageId, {
      command: ["ls", "-A", "/cnab", "/cnab/build"],
    });
    const tool = await printedBy(driver, imageId, {
      command: ["sh", "-c", "test -d /cnab/app && test -x /cnab/app/run"],
    });

    expect(names.text).toBe("/cnab:\napp\nbuild\n\n/cnab/build:\nDockerfile\n");
    expect(tool.exitCode).toBe(0);
  });

  it("[I-08] has no input baked in", async () => {
    const look =
      "ls /cnab/app/given /cnab/app/empty /home/key /cnab/claim.json /cnab/bundle.json 2>/dev/null";

    expect(await printedBy(driver, imageId, { command: ["sh", "-c", look] })).toMatchObject({
      text: "",
    });
  });

  it("[I-05] runs the run tool by default", async () => {
    expect(await ask(`/images/${imageId}/json`)).toMatchObject({
      Config: { Entrypoint: ["/cnab/app/run"] },
    });
  });

  it("[I-04, I-06, E-02] carries out the action it is given; an absent built-in one is no error", async () => {
    const upgraded = await helper.act("upgrade", "probe");
    const uninstalled = await helper.act("uninstall", "probe");

    expect(installed.log).toContain("action install\n");
    expect(upgraded.outcome.operation).toMatchObject({ status: "succeeded" });
    expect(upgraded.log).not.toContain("action upgrade");
    expect(uninstalled.log).toContain("action uninstall\n");
    expect(uninstalled.outcome.operation.status).toBe("succeeded");
  });

  it("[E-04, I-09] fails for an action that its image does not know", async () => {
    const source = await runChanged({ actions: { dance: { modifies: false, stateless: true } } });

    const { outcome } = await helper.act("dance", "probe", { source, force: true });

    expect(outcome.operation).toMatchObject({
      status: "failed",
      failure: { code: "action-failed" },
    });
  });

  it("[R-01] runs its run tool whatever the image's own command is", async () => {
    const tag = "gantry.test/other-command:one";
    await derive(
      driver,
      world,
      `FROM ${installed.outcome.build?.image}\nENTRYPOINT ["false"]\nCMD ["x"]\n`,
      tag,
    );
    const source = await runChanged({ outputs: {} }, { image: tag });

    const { outcome, log } = await helper.install("/", {
      installation: "commanded",
      source,
      force: true,
    });

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    expect(log).toContain("action install\n");
    await driver.images?.remove?.({ reference: tag }, AbortSignal.timeout(10_000));
  });

  it.each(["docker", "oci"])("[B-09] runs images of type %s", async (imageType) => {
    const source = await runChanged({ outputs: {} }, { imageType });

    const { outcome } = await helper.install("/", {
      installation: `type-${imageType}`,
      source,
      force: true,
    });

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
  });

  it("[P-19] refuses an input that would hide a file of the image", async () => {
    const bundle = JSON.parse(await readFile(join(dir, ".cnab/bundle.json"), "utf8"));
    const given = { ...bundle.parameters.given, destination: { path: "/etc/passwd" } };
    const source = await runChanged({ parameters: { ...bundle.parameters, given } });

    const { outcome } = await helper.install("/", { installation: "hiding", source, force: true });

    expect(outcome.operation.failure).toMatchObject({
      code: "file-exists",
      message: expect.stringContaining("/etc/passwd"),
    });
    expect(await containersOf("hiding")).toEqual([]);
  });
});
