import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as vitest from "vitest";
import { launchDriver } from "../wire/launch.ts";
import { busyboxImage, findBusybox } from "./busybox-image.ts";
import { describeDriver } from "./describe-driver.ts";

const program = resolve(import.meta.dirname, "../../../../examples/driver-python/driver.py");
const missing = missingParts();

if (missing === undefined) {
  const dir = mkdtempSync(join(tmpdir(), "gantry-python-"));
  const context = { stateDir: join(dir, "state"), contentDir: join(dir, "content") };
  vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const isRoot = process.getuid?.() === 0;
  describeDriver(
    {
      name: "examples/driver-python over stdio",
      connect: () =>
        launchDriver({
          command: "python3",
          args: [program],
          env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", PYTHONDONTWRITEBYTECODE: "1" },
          options: {},
          context,
          onStderr: (text) => process.stderr.write(text),
        }),
      testImage: async () => {
        const image = await busyboxImage(context.contentDir);
        return isRoot ? image : { ...image, uid: 0, gid: 0 };
      },
      leftovers: async (id) => {
        const run = join(context.stateDir, "runs", id);
        return existsSync(run) ? [run] : [];
      },
    },
    vitest,
  );
} else {
  vitest.test("driver contract: examples/driver-python", (test) => test.skip(missing));
}

function missingParts(): string | undefined {
  if (findBusybox() === undefined) return "there is no static busybox to make a test image of";
  const tried = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
  if (tried.status !== 0) return "there is no Python 3.9 or later";
  const spaces = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]);
  return spaces.status === 0 ? undefined : "namespaces cannot be made here";
}
