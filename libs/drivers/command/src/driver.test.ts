import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunSpec } from "@gantry/driver-api";
import { expect, test } from "vitest";
import { create, DIGEST, ENVIRONMENT, finish, HANDLES, spec } from "./testing/test-runs.ts";
import { TestWorld } from "./testing/test-world.ts";

test("a run reads the operation with the bundle's and the claim's facts on stdin", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\ncat`);
  await using driver = create(world);

  const { stdout } = await finish(driver, spec("r1", { files: bundleFiles() }));

  expect(JSON.parse(stdout)).toEqual({
    installation_name: "wordpress",
    revision: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    action: "install",
    parameters: { port: 80 },
    image: { imageType: "docker", image: "example/wp:1", contentDigest: DIGEST, size: 3 },
    environment: ENVIRONMENT,
    files: { "/cnab/bundle.json": JSON.stringify(BUNDLE), "/cnab/claim.json": CLAIM },
    outputs: { "/cnab/app/outputs/host": "host" },
    Bundle: BUNDLE,
  });
});

test("a run gets a minimal environment and none of the run's variables", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\nenv`);
  await using driver = create(world, { environment: ["CNAB_X_*"] });
  await using _ = variables({ CNAB_X_KEY: "given", GANTRY_TEST_HOST: "hidden" });
  await using seeing = create(world, { environment: ["CNAB_X_*"] });

  const { stdout } = await finish(seeing, spec("r1"));

  expect(stdout).toContain("CNAB_X_KEY=given\n");
  expect(stdout).toContain("CNAB_VARS=CNAB_OUTPUT_DIR\n");
  expect(stdout).toMatch(/^CNAB_OUTPUT_DIR=\/.+$/m);
  expect(stdout).not.toMatch(/GANTRY_TEST_HOST|CNAB_ACTION=|LD_PRELOAD/);
  expect(driver.run?.capabilities.features).toEqual(["network-default", "recover"]);
});

test("a run gets everything when the classic environment is asked for", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\nenv`);
  await using _ = variables({ GANTRY_TEST_HOST: "seen" });
  await using driver = create(world, { classicEnvironment: true });

  const { stdout } = await finish(driver, spec("r1"));

  expect(stdout).toContain("GANTRY_TEST_HOST=seen\n");
  expect(stdout).toContain("CNAB_ACTION=install\n");
  expect(stdout).toMatch(/^CNAB_VARS=.*CNAB_ACTION.*CNAB_OUTPUT_DIR$/m);
});

test("a run gives no outputs that lie outside, behind links or above", async () => {
  await using world = await TestWorld.create();
  const secret = join(world.dir, "secret");
  await mkdir(secret);
  await writeFile(join(secret, "key"), "secret");
  const out = "$CNAB_OUTPUT_DIR/cnab/app/outputs";
  await world.script(
    "cnab-x",
    `${HANDLES}
ln -s ${secret}/key ${out}/link; ln -s ${secret} ${out}/dir; echo up > ${out}/../up; ln ${secret}/none ${out}/hard
mkdir ${out}/ok; echo fine > ${out}/ok/file; exit 3`,
  );
  await using driver = create(world);

  const { outcome, outputs } = await finish(driver, spec("r1"));

  expect(outcome).toEqual({ kind: "exited", exitCode: 3, outOfMemory: false });
  expect(outputs).toEqual({ "ok/file": "fine\n" });
});

test("a run gives no outputs when the outputs directory itself became a link", async () => {
  await using world = await TestWorld.create();
  await writeFile(join(world.dir, "key"), "secret");
  const out = "$CNAB_OUTPUT_DIR/cnab/app/outputs";
  await world.script("cnab-x", `${HANDLES}\nrmdir ${out} && ln -s ${world.dir} ${out}`);
  await using driver = create(world);

  expect((await finish(driver, spec("r1"))).outputs).toEqual({});
});

const BUNDLE = {
  name: "wp",
  invocationImages: [
    { imageType: "docker", image: "example/wp:1", contentDigest: DIGEST, size: 3 },
  ],
  outputs: {
    host: { definition: "host", path: "/cnab/app/outputs/host" },
    logs: { definition: "logs", path: "/cnab/app/outputs/logs", applyTo: ["status"] },
  },
};
const CLAIM = JSON.stringify({
  installation: "other",
  action: "install",
  parameters: { port: 80 },
});
function bundleFiles(): RunSpec["files"] {
  return [file("/cnab/bundle.json", JSON.stringify(BUNDLE)), file("/cnab/claim.json", CLAIM)];
}

function file(path: string, text: string): RunSpec["files"][number] {
  return { path, content: Buffer.from(text), mode: 0o400, sensitive: false, existing: "refuse" };
}

/** Sets variables of this process until disposed. */
function variables(values: Readonly<Record<string, string>>): AsyncDisposable {
  Object.assign(process.env, values);
  return {
    async [Symbol.asyncDispose]() {
      for (const name of Object.keys(values)) Reflect.deleteProperty(process.env, name);
    },
  };
}
