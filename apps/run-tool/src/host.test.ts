import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { TempDir } from "@gantry/process";
import { beforeAll, expect, test } from "vitest";
import { runtimeFor } from "./host.ts";

const signal = new AbortController().signal;
const BUILD = fileURLToPath(new URL("../build.ts", import.meta.url));

beforeAll(() => promisify(execFile)(process.execPath, [BUILD]));

test("gives the run tool and a Node that runs it", async () => {
  await using dir = await TempDir.create();
  const runtime = await runtimeFor("linux/amd64", { cacheDir: dir.path, signal });

  expect(runtime.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect((await readFile(runtime.runFile, "utf8")).split("\n")[0]).toBe("#!/cnab/app/runtime/node");
  const { stdout } = await promisify(execFile)(runtime.nodeBinary, ["--version"]);
  expect(stdout.trim()).toBe(`v${runtime.nodeVersion}`);
});

test("bundles the same bytes every time", async () => {
  await using dir = await TempDir.create();
  const files = [join(dir.path, "a/run"), join(dir.path, "b/run")];
  for (const file of files) await promisify(execFile)(process.execPath, [BUILD, file]);

  const [one, two] = await Promise.all(files.map((file) => readFile(file)));
  expect(one).toEqual(two);
  expect(one?.length).toBeLessThan(500_000);
});

test("refuses a platform that no Node is made for", async () => {
  await expect(runtimeFor("windows/amd64", { cacheDir: "/nowhere", signal })).rejects.toMatchObject(
    {
      code: "unsupported-platform",
      hint: expect.stringContaining("linux/amd64"),
    },
  );
});

test("uses the Node of another platform that was fetched before", async () => {
  await using dir = await TempDir.create();
  const kept = join(dir.path, "node-linux-arm64-24.21.0");
  await mkdir(kept);
  await writeFile(join(kept, "node"), "");

  const runtime = await runtimeFor("linux/arm64", { cacheDir: dir.path, signal });

  expect(runtime).toMatchObject({ nodeBinary: join(kept, "node"), nodeVersion: "24.21.0" });
});

test("says what went wrong when npm is away or fails, and leaves nothing behind", async () => {
  await using dir = await TempDir.create();
  const failing = join(dir.path, "bin");
  await mkdir(failing);
  await writeFile(join(failing, "npm"), "#!/bin/sh\necho no such registry >&2; exit 1\n", {
    mode: 0o755,
  });
  const cacheDir = join(dir.path, "cache");

  for (const [PATH, message] of [
    ["/nowhere", "npm"],
    [`${failing}:/bin:/usr/bin`, "no such registry"],
  ]) {
    await expect(
      runtimeFor("linux/arm64", { cacheDir, signal, env: { PATH } }),
    ).rejects.toMatchObject({
      name: "RunToolError",
      code: "fetch-failed",
      message: expect.stringContaining(message ?? ""),
    });
    expect(await readdir(cacheDir)).toEqual([]);
  }
});

test("unpacks what npm fetched", async () => {
  await using dir = await TempDir.create();
  const bin = join(dir.path, "bin");
  await mkdir(join(dir.path, "package/bin"), { recursive: true });
  await mkdir(bin);
  await writeFile(join(dir.path, "package/bin/node"), "#!/bin/sh\n");
  await writeFile(join(dir.path, "package/package.json"), '{"version": "24.99.0"}');
  await promisify(execFile)("tar", ["czf", "node.tgz", "package"], { cwd: dir.path });
  const script = `#!/bin/sh\necho "$@" > ${dir.path}/args; cp ${dir.path}/node.tgz .\n`;
  await writeFile(join(bin, "npm"), script, { mode: 0o755 });
  const cacheDir = join(dir.path, "cache");

  const runtime = await runtimeFor("linux/arm64", {
    cacheDir,
    signal,
    env: { PATH: `${bin}:/bin:/usr/bin` },
  });

  expect(await readFile(join(dir.path, "args"), "utf8")).toMatch(/^pack node-linux-arm64@\^24/);
  expect(runtime.nodeBinary).toBe(join(cacheDir, "node-linux-arm64-24.99.0/node"));
  expect(await readdir(cacheDir)).toEqual(["node-linux-arm64-24.99.0"]);
});
