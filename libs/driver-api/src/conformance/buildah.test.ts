import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as vitest from "vitest";
import { launchDriver } from "../wire/launch.ts";
import { describeDriver } from "./describe-driver.ts";

const examples = resolve(import.meta.dirname, "../../../../examples");
/** A busybox in a registry on loopback, from tools/engines. */
const base = process.env["GANTRY_TEST_BUSYBOX"];
const missing = missingParts();

if (base !== undefined && missing === undefined) {
  const dir = mkdtempSync(join(tmpdir(), "gantry-buildah-"));
  vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));
  describeDriver(
    {
      name: "examples/driver-buildah over stdio",
      base,
      connect: () =>
        launchDriver({
          command: "python3",
          args: [join(examples, "driver-buildah/driver.py")],
          env: {
            PATH: process.env["PATH"] ?? "/usr/bin:/bin",
            HOME: dir,
            PYTHONDONTWRITEBYTECODE: "1",
          },
          options: {},
          context: { stateDir: join(dir, "state"), contentDir: join(dir, "content") },
          onStderr: (text) => process.stderr.write(text),
        }),
    },
    vitest,
  );
  vitest.test("driver contract: examples/driver-buildah leaves nothing of its builds", () => {
    const state = join(dir, "state");
    const storage = ["--root", join(state, "storage"), "--runroot", join(state, "run")];
    const held = spawnSync("buildah", [...storage, "containers", "--quiet"], { encoding: "utf8" });

    vitest.expect(held.status).toBe(0);
    vitest.expect(held.stdout).toBe("");
    vitest.expect(readdirSync(join(state, "rooms"))).toEqual([]);
  });
} else {
  const reason =
    missing ?? process.env["GANTRY_TEST_SKIP_BASE_IMAGES"] ?? "no base image is at hand";
  vitest.test("driver contract: examples/driver-buildah", (test) => test.skip(reason));
}

vitest.test("the examples in Python speak the protocol with the same file", () => {
  const [one, other] = ["driver-python", "driver-buildah"].map((name) =>
    readFileSync(join(examples, name, "wire.py"), "utf8"),
  );

  vitest.expect(one).toBe(other);
});

function missingParts(): string | undefined {
  const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
  if (python.status !== 0) return "there is no Python 3.9 or later";
  const found = spawnSync("buildah", ["--version"]);
  return found.status === 0 ? undefined : "there is no buildah";
}
