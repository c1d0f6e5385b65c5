import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GantryHome } from "./testing/gantry-home.ts";

const { GANTRY_TEST_REGISTRY: host } = process.env;
if (host === undefined)
  process.stderr.write("skipped: there is no registry (GANTRY_TEST_REGISTRY)\n");

describe.skipIf(host === undefined)("gantry publish", { timeout: 120_000 }, () => {
  let home: GantryHome;
  const place = `${host}/cli-test-${process.pid}-${Date.now()}`;
  beforeAll(() => {
    home = new GantryHome([{ print: "Hello from the bundle\n" }]);
  }, 120_000);
  afterAll(() => home[Symbol.dispose]());

  test("prints what the bundle can be run by, then and there", () => {
    const { code, stdout, stderr } = home.run("publish", "--registry", place, "--tag", "one");

    expect(stderr).toContain("tried published");
    expect(stdout).toMatch(new RegExp(`^${place}/tried:one@sha256:[0-9a-f]{64}\n$`));
    expect(code).toBe(0);
    const explained = home.run("explain", stdout.trim());
    expect(explained.stdout).toContain(`Digest:      ${stdout.trim().replace(/.*@/, "")}`);
    const plan = home.run("plan", "install", "-r", `${place}/tried:one`);
    expect(plan.stdout).toContain(`Published    ${place}/tried:one`);
    expect(home.run("install", "-r", stdout.trim()).stdout).toBe("Hello from the bundle\n");
  });

  test("ends with 1 and a hint when it is there already", () => {
    const { code, stdout, stderr } = home.run("publish", "--registry", place, "--tag", "one");

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("is published already");
    expect(stderr).toContain("--force");
  });

  test("prints JSON alone with -o json", () => {
    const words = ["--reference", `${place}/other`, "-o", "json"];
    const { code, stdout } = home.run("publish", ...words);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      operation: { kind: "publish", status: "succeeded" },
      publish: { reference: `${place}/other:v0.1.0`, blobs: { sent: expect.any(Number) } },
    });
  });
});
