import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandDriver } from "./definition.ts";
import { TestWorld } from "./testing/test-world.ts";

test("what an executable handles is what it prints, whitespace aside", async () => {
  const { types, state } = await ask("echo ' docker ,qcow2'");

  expect(types).toEqual({ docker: true, qcow2: true, oci: false });
  expect(state).toBe("ready");
});

test("what an executable handles is not what it prints on stderr", async () => {
  expect((await ask("echo docker; echo warning, oci >&2")).types).toMatchObject({
    docker: true,
    oci: false,
  });
});

test.each([
  ["prints garbage", "head -c 2000 /dev/urandom"],
  ["prints a usage text", "echo 'usage: cnab-x [install|upgrade]'"],
  ["prints without end", "yes docker"],
  ["prints nothing", "true"],
  ["fails", "echo docker,oci; exit 1"],
  ["hangs", "trap '' TERM; sleep 305"],
])("an executable handles nothing when it %s", async (_what, body) => {
  const { types, state, problems } = await ask(body);

  expect(types).toEqual({ docker: false, qcow2: false, oci: false });
  expect(state).toBe("unavailable");
  expect(problems[0]?.fix).toContain("--handles");
});

test("what an executable handles is asked once", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `echo asked >> ${world.dir}/asked; echo oci`);
  await using driver = commandDriver.create({ name: "x", path: world.bin }, world.context);
  const signal = AbortSignal.timeout(5_000);

  await driver.run?.handles("oci", signal);
  await driver.run?.handles("docker", signal);

  expect(await readFile(join(world.dir, "asked"), "utf8")).toBe("asked\n");
});

test("what an executable handles cannot be told when there is no executable, and the probe says what to do", async () => {
  await using world = await TestWorld.create();
  await using driver = commandDriver.create({ name: "x", path: world.bin }, world.context);

  const probe = await driver.probe(AbortSignal.timeout(5_000));

  expect(probe.state).toBe("unavailable");
  expect(probe.problems[0]?.text).toBe("Executable cnab-x was not found.");
  expect(probe.problems[0]?.fix).toContain("PATH");
});

test.each([
  [{}, "exactly one of `name` and `executable`"],
  [{ name: "x", executable: "/bin/x" }, "exactly one of `name` and `executable`"],
  [{ name: "../x" }, "name"],
  [{ executable: "relative" }, "executable"],
  [{ name: "x", colour: "red" }, "colour"],
])("options %j are refused", (options, part) => {
  expect(() => commandDriver.create(options, { stateDir: "/x", contentDir: "/x" })).toThrow(
    expect.objectContaining({ code: "invalid-options", message: expect.stringContaining(part) }),
  );
});

async function ask(body: string) {
  await using world = await TestWorld.create();
  await world.script("cnab-x", body);
  const options = { name: "x", path: world.bin, handlesTimeoutMs: 400 };
  await using driver = commandDriver.create(options, world.context);
  const signal = AbortSignal.timeout(5_000);
  const handles = async (type: string) => driver.run?.handles(type, signal);
  const types = {
    docker: await handles("docker"),
    qcow2: await handles("qcow2"),
    oci: await handles("oci"),
  };
  const { state, problems } = await driver.probe(signal);
  return { types, state, problems };
}
