import { setTimeout as delay } from "node:timers/promises";
import { TempDir } from "@gantry/process";
import { afterAll, expect, test } from "vitest";
import { TestImage, bundledRun } from "./test-image.ts";

const NONE = "uninstall: [{exec: {command: 'true'}}]\n";

const dir = await TempDir.create();
const run = await bundledRun(dir);
afterAll(() => dir[Symbol.asyncDispose]());

test("masks secrets in all output, also when they arrive in pieces and when the step fails", async () => {
  await using image = await TestImage.create(
    run,
    `parameters:
  - {name: password, type: string, sensitive: true}
  - {name: conn, type: object, sensitive: true}
credentials: [{name: key, path: /root/key.pem}, {name: token, env: TOKEN}]
outputs: [{name: public, type: string}, {name: hidden, type: string, sensitive: true}]
install:
  - exec:
      description: "using \${bundle.parameters.password}"
      command: ./leak.sh
      outputs: [{name: public, regex: "public (.*)"}, {name: hidden, regex: "hidden (.*)"}]
  - exec: {command: sh, arguments: [-c, "echo h-value p-value; echo p4ssw0rd >&2; exit 5"]}
${NONE}`,
    {
      "leak.sh": `#!/bin/sh
printf 'begin p4ss'; sleep 0.2; printf 'w0rd end p4ss\\n'; sleep 0.2
echo "$CONN"; echo "host-only db-host"; sed 's/^/   /' "$KEYFILE"; echo "$TOKEN"
echo "public p-value"; echo "hidden h-value"
`,
    },
  );
  await image.put("/root/key.pem", "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\n-----END KEY-----\n");

  const { code, stdout, stderr } = await image.run("install", {
    PASSWORD: "p4ssw0rd",
    CONN: '{"host":"db-host","port":5432}',
    TOKEN: "tok-123",
    KEYFILE: image.path("/root/key.pem"),
  });

  expect(code).toBe(5);
  expect(stdout).toContain("using *******\n");
  expect(stdout).toContain("begin ******* end p4ss\n");
  expect(stdout).toContain("host-only *******\n");
  expect(stdout).toContain("******* p-value\n");
  const everything = stdout + stderr;
  for (const secret of ["p4ssw0rd", "db-host", "5432", "tok-123", "MIIBVgIBADANBgkq"]) {
    expect(everything).not.toContain(secret);
  }
  expect(await image.output("hidden")).toBe("h-value");
});

test("runs mixin executables by Porter's protocol", async () => {
  const mixin = `#!/bin/sh
cat > /dev/stderr
echo "args: $*" in "$(basename "$(pwd)") debug=$PORTER_DEBUG"
printf 'made by mixin' > porter/outputs/made
`;
  await using image = await TestImage.create(
    run,
    `mixins: [exec, tester]
parameters: [{name: odd, type: string}, {name: count, type: integer}]
outputs: [{name: made, type: string}]
install:
  - tester: {description: Try, text: "\${bundle.parameters.odd}", count: "\${bundle.parameters.count}", like: "yes", list: [a]}
  - exec: {command: echo, arguments: ["\${bundle.outputs.made}"]}
check:
  - tester: {text: plain}
${NONE}`,
    { "mixins/tester/runtimes/tester-runtime": mixin },
  );

  const installed = await image.run("install", {
    ODD: 'a: "b"\nc',
    COUNT: "3",
    PORTER_DEBUG: "true",
  });
  const checked = await image.run("check");

  expect(installed.stderr).toBe(`install:
  - tester:
      description: Try
      text: |-
        a: "b"
        c
      count: 3
      like: "yes"
      list:
        - a
`);
  expect(installed.stdout).toContain("args: install in app debug=true\n");
  expect(installed.stdout).toContain("made by mixin\n");
  expect(checked.stdout).toContain("args: invoke --action check in app");
  expect(await image.output("made")).toBe("made by mixin");
});

test("names a mixin that is not in the image", async () => {
  await using image = await TestImage.create(
    run,
    `mixins: [exec, helm]\ninstall: [{helm: {chart: x}}]\n${NONE}`,
  );

  expect(await image.run("install")).toMatchObject({
    code: 127,
    stderr: expect.stringMatching(/step 1 of "install".*helm-runtime" was not found/),
  });
});

test("passes SIGTERM on to the step, then still leaves outputs and state, and ends with 143", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: log, type: file, path: log.txt}]
state: [{name: log, path: log.txt}]
install:
  - exec: {command: ./long.sh}
  - exec: {command: touch, arguments: [later]}
${NONE}`,
    {
      "long.sh": `#!/bin/bash
trap 'echo stopped >> log.txt; exit 0' TERM
echo started > log.txt
sleep 60 & wait
`,
    },
  );
  const started = image.start("install");
  await waitFor(async () => (await image.read("log.txt").catch(() => "")) === "started\n");

  started.process.kill("SIGTERM");
  const { code, stderr } = await started.finished;

  expect(code).toBe(143);
  expect(stderr).toContain("stopped by SIGTERM");
  expect(await image.output("log")).toBe("started\nstopped\n");
  await image.resetKeepingState();
  await image.run("uninstall");
  expect(await image.read("log.txt")).toBe("started\nstopped\n");
});

test("prints a million lines to a slow reader without keeping them", async () => {
  await using image = await TestImage.create(
    run,
    `parameters: [{name: pw, type: string, sensitive: true}]
install:
  - exec: {command: seq, arguments: ["1000000"]}
  - exec: {command: sh, arguments: [-c, "grep VmHWM /proc/$PPID/status"]}
${NONE}`,
  );

  const { code, stdout } = await image.run("install", { PW: "no such number" });

  expect(code).toBe(0);
  expect(stdout.match(/^\d+$/gm)).toHaveLength(1_000_000);
  expect(Number(/VmHWM:\s+(\d+)/.exec(stdout)?.[1])).toBeLessThan(200_000);
});

/** Waits until `look` finds it; the test's own time limit ends it. */
async function waitFor(look: () => Promise<boolean>): Promise<void> {
  if (await look()) return;
  await delay(20);
  await waitFor(look);
}
