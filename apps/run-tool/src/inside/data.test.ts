import { execFile } from "node:child_process";
import { access, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { TempDir } from "@gantry/process";
import { pack } from "tar-stream";
import { gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { TestImage, bundledRun } from "./test-image.ts";

const NONE = "uninstall: [{exec: {command: 'true'}}]\n";

const dir = await TempDir.create();
const run = await bundledRun(dir);
afterAll(() => dir[Symbol.asyncDispose]());

test("decodes file parameters in place, removes null ones, skips absent ones", async () => {
  await using image = await TestImage.create(
    run,
    `parameters:
  - {name: cfg, type: file, path: cfg.json}
  - {name: empty, type: file, path: /etc/empty, default: ""}
  - {name: never, type: file, path: never.txt, default: ""}
install:
  - exec: {command: cat, arguments: ["\${bundle.parameters.cfg}"]}
${NONE}`,
  );
  await image.put("cfg.json", Buffer.from('{"a": "ü"}').toString("base64"));
  await image.put("/etc/empty", "null");

  const { code, stdout } = await image.run("install");

  expect(code).toBe(0);
  expect(stdout).toContain('{"a": "ü"}');
  await expect(access(image.path("/etc/empty"))).rejects.toThrow("ENOENT");
});

test("refuses a file parameter that is not base64", async () => {
  await using image = await TestImage.create(
    run,
    `parameters: [{name: cfg, type: file, path: cfg.json}]\ninstall: []\n${NONE}`,
  );
  await image.put("cfg.json", "{plain}");

  expect(await image.run("install")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('parameter "cfg" is not in base64'),
  });
});

test("gives object parameters whole and by their keys, and other types as they are", async () => {
  await using image = await TestImage.create(
    run,
    `parameters:
  - {name: cfg, type: object}
  - {name: on, type: boolean}
  - {name: only-upgrade, type: string, applyTo: [upgrade]}
install:
  - exec:
      command: echo
      arguments: ["\${bundle.parameters.cfg.db.host}", "\${{ bundle.parameters.cfg }}", "\${bundle.parameters.on}"]
upgrade:
  - exec: {command: echo, arguments: ["\${bundle.parameters.only-upgrade}"]}
${NONE}`,
  );
  const env = { CFG: '{"db": {"host": "h1"}}', ON: "true", ONLY_UPGRADE: "up" };

  expect((await image.run("install", env)).stdout).toContain('h1 {"db":{"host":"h1"}} true\n');
  expect((await image.run("upgrade", env)).stdout).toContain("up\n");
});

test("gives outputs of an earlier action, and only declared ones that apply to the runtime", async () => {
  await using image = await TestImage.create(
    run,
    `outputs:
  - {name: msg, type: string, applyTo: [install]}
  - {name: later, type: string, applyTo: [upgrade]}
install:
  - exec:
      command: sh
      arguments: [-c, "echo m > m; echo l > l; echo p > p"]
      outputs: [{name: msg, path: m}, {name: later, path: l}, {name: private, path: p}]
  - exec: {command: echo, arguments: ["private \${bundle.outputs.later}"]}
upgrade:
  - exec: {command: echo, arguments: ["was \${bundle.outputs.msg}"]}
${NONE}`,
  );

  const installed = await image.run("install");

  expect(installed.code).toBe(0);
  expect(await image.output("msg")).toBe("m\n");
  await expect(access(image.path("outputs/later"))).rejects.toThrow("ENOENT");
  await expect(access(image.path("outputs/private"))).rejects.toThrow("ENOENT");
  await expect(access(image.path("porter/kept"))).rejects.toThrow("ENOENT");
  const upgraded = await image.run("upgrade", { PORTER_MSG_OUTPUT: "old message" });
  expect(upgraded.stdout).toContain("was old message\n");
});

test("keeps state from action to action, also when one fails", async () => {
  await using image = await TestImage.create(
    run,
    `state: [{name: log, path: log.txt}, {name: abs, path: /var/lib/abs.txt}, {name: none, path: none}]
install:
  - exec: {command: ./add.sh, arguments: [i]}
upgrade:
  - exec: {command: ./add.sh, arguments: [u]}
  - exec: {command: "false"}
uninstall:
  - exec: {command: cat, arguments: [log.txt]}
`,
    { "add.sh": '#!/bin/sh\necho "$1" >> log.txt\n' },
  );
  await mkdir(image.path("/var/lib"), { recursive: true });
  await writeFile(image.path("/var/lib/abs.txt"), "abs");

  expect(await image.run("install")).toMatchObject({ code: 0 });
  await image.resetKeepingState();
  expect(await readFile(image.path("/porter/state.tgz"))).toEqual(
    await readFile(image.path("/porter/state.tgz")),
  );
  expect(await image.run("upgrade")).toMatchObject({ code: 1 });
  expect(await image.read("/var/lib/abs.txt")).toBe("abs");
  await image.resetKeepingState();
  expect((await image.run("uninstall")).stdout).toContain("i\nu\n");
});

test("takes state in base64, and none as none", async () => {
  await using image = await TestImage.create(
    run,
    `state: [{name: log, path: log.txt}]
install: [{exec: {command: sh, arguments: [-c, "echo kept > log.txt"]}}]
uninstall: [{exec: {command: cat, arguments: [log.txt]}}]
`,
  );
  await image.run("install");
  const state = await readFile(image.path("outputs/porter-state"));

  for (const none of ["", "null"]) {
    await image.reset();
    await image.put("/porter/state.tgz", none);
    expect(await image.run("install")).toMatchObject({ code: 0, stderr: "" });
  }
  await image.reset();
  await image.put("/porter/state.tgz", state.toString("base64"));
  expect((await image.run("uninstall")).stdout).toContain("kept\n");
});

test.each([
  ["porter-state/../../../escaped", "file"],
  ["/escaped", "file"],
  ["porter-state/a/b", "file"],
  ["porter-state/log", "symlink"],
  ["porter-state/log", "link"],
  ["other/log", "file"],
] as const)("refuses state with the entry %s (%s)", async (name, type) => {
  await using image = await TestImage.create(
    run,
    `state: [{name: log, path: log.txt}]\ninstall: []\n${NONE}`,
  );
  const archive = pack();
  if (type === "file") archive.entry({ name, type }, "evil");
  else archive.entry({ name, type, linkname: "/etc/passwd" });
  archive.finalize();
  await image.put("/porter/state.tgz", gzipSync(await buffer(Readable.from(archive))));

  const { code, stderr } = await image.run("install");

  expect(code).toBe(1);
  expect(stderr).toContain(`an entry that does not belong there: "${name}"`);
  await expect(access(join(image.root, "escaped"))).rejects.toThrow("ENOENT");
  await expect(access(image.path("log.txt"))).rejects.toThrow("ENOENT");
});

test("says that state is corrupt", async () => {
  await using image = await TestImage.create(
    run,
    `state: [{name: log, path: log.txt}]\ninstall: []\n${NONE}`,
  );
  const broken = gzipSync("not a tar at all".repeat(100));
  await image.put("/porter/state.tgz", broken);

  expect(await image.run("install")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("state cannot be unpacked"),
  });
  await image.put("/porter/state.tgz", broken.subarray(0, 20));
  expect(await image.run("install")).toMatchObject({ code: 1 });
});

test("collects declared files at the end, whatever they are made of", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: bin, type: file, path: made.bin}, {name: absent, type: file, path: absent}]
install: [{exec: {command: sh, arguments: [-c, "head -c 1000 /dev/urandom > made.bin"]}}]
${NONE}`,
  );

  expect(await image.run("install")).toMatchObject({ code: 0, stderr: "" });

  const { stdout } = await promisify(execFile)("cmp", [
    image.path("made.bin"),
    image.path("outputs/bin"),
  ]);
  expect(stdout).toBe("");
  await expect(access(image.path("outputs/absent"))).rejects.toThrow("ENOENT");
});

test("fails clearly when a declared file cannot be an output", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: dir, type: file, path: somewhere}]\ninstall: []\n${NONE}`,
  );
  await mkdir(image.path("somewhere"));

  expect(await image.run("install")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the output "dir" cannot be taken from somewhere'),
  });
});

test("ends with the failed step's code also when an output cannot be taken", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: dir, type: file, path: somewhere}]
install: [{exec: {command: sh, arguments: [-c, "mkdir somewhere; exit 9"]}}]
${NONE}`,
  );

  const { code, stderr } = await image.run("install");

  expect(code).toBe(9);
  expect(stderr).toContain("failed with exit code 9");
  expect(stderr).toContain('the output "dir" cannot be taken from somewhere');
});

test("ignores links and directories among the outputs of a mixin", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: secret, type: string}]
install: [{exec: {command: "true"}}]
${NONE}`,
  );
  await mkdir(image.path("porter/outputs/dir"), { recursive: true });
  await symlink("/etc/passwd", image.path("porter/outputs/secret"));

  expect(await image.run("install")).toMatchObject({ code: 0 });
  await expect(access(image.path("outputs/secret"))).rejects.toThrow("ENOENT");
});
