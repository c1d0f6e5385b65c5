import { TempDir } from "@gantry/process";
import { afterAll, expect, test } from "vitest";
import { TestImage, bundledRun } from "./test-image.ts";

const NONE = "uninstall: [{exec: {command: 'true'}}]\n";
const SHOW = '#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done\n';

const dir = await TempDir.create();
const run = await bundledRun(dir);
afterAll(() => dir[Symbol.asyncDispose]());

test("puts arguments first, then flags by name, then suffix-arguments", async () => {
  await using image = await TestImage.create(
    run,
    `install:
  - exec:
      command: ./show.sh
      arguments: ["a 'b", 2, true]
      flags: {z: null, name: [one, two words], bare: "", n: 5, set: 'a="b c"', quoted: '"it''s  one"', open: 'it''s'}
      suffix-arguments: ["x y"]
${NONE}`,
    { "show.sh": SHOW },
  );

  const { stdout } = await image.run("install");

  expect(stdout.match(/\[.*\]/g)).toEqual(
    [
      ["a 'b", "2", "true"],
      ["--bare"],
      ["-n", "5"],
      ["--name", "one", "--name", "two", "words"],
      ["--open", "it's"],
      ["--quoted", "it's  one"],
      ["--set", 'a="b c"'],
      ["-z"],
      ["x y"],
    ].flatMap((words) => words.map((word) => `[${word}]`)),
  );
});

test("runs in dir, with envs, and what the runtime gave", async () => {
  await using image = await TestImage.create(
    run,
    `install:
  - exec: {command: ./where.sh, dir: sub, envs: {ADDED: "1", PATHLIKE: a:b}}
${NONE}`,
    { "sub/where.sh": '#!/bin/sh\necho "$(basename "$(pwd)") $ADDED $PATHLIKE $GIVEN"\n' },
  );

  const { stdout } = await image.run("install", { GIVEN: "yes" });

  expect(stdout).toContain("sub 1 a:b yes\n");
});

test("prints nothing with suppress-output but still takes outputs", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: id, type: string, applyTo: [install]}]
install:
  - exec:
      command: sh
      arguments: [-c, "echo quiet-out; echo quiet-err >&2"]
      suppress-output: true
      outputs: [{name: id, regex: "quiet-(.*)"}]
  - exec: {command: echo, arguments: ["then \${bundle.outputs.id}"]}
${NONE}`,
  );

  const { code, stdout, stderr } = await image.run("install");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("quiet");
  expect(stdout).toContain("then out\n");
  expect(await image.output("id")).toBe("out");
});

test("takes outputs by JSONPath, regular expression and file", async () => {
  await using image = await TestImage.create(
    run,
    `outputs:
  - {name: user, type: object}
  - {name: big, type: string}
  - {name: names, type: array}
  - {name: pairs, type: string}
  - {name: none, type: string}
  - {name: file, type: string}
install:
  - exec:
      command: cat
      arguments: [users.json]
      outputs:
        - {name: file, path: users.json}
        - {name: pairs, regex: '(?i)"(NAME)": "(.*?)"'}
        - {name: none, regex: 'nothing (here)'}
        - {name: user, jsonPath: "$.users[0]"}
        - {name: big, jsonPath: "$.big"}
        - {name: names, jsonPath: "$.users[*].name"}
${NONE}`,
    {
      "users.json":
        '{"big": 12345678901234567890, "users": [{"name": "ann", "age": 1.50}, {"name": "bob"}]}',
    },
  );

  const { code, stderr } = await image.run("install");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(await image.output("user")).toBe('{"name":"ann","age":1.50}');
  expect(await image.output("big")).toBe("12345678901234567890");
  expect(await image.output("names")).toBe('["ann","bob"]');
  expect(await image.output("pairs")).toBe("name\nann\nname\nbob");
  expect(await image.output("none")).toBe("");
  expect(await image.output("file")).toContain('"big"');
});

test("gives an empty output for a command that prints no JSON at all", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: id, type: string}]
install: [{exec: {command: "true", outputs: [{name: id, jsonPath: $.id}]}}]
${NONE}`,
  );

  expect(await image.run("install")).toMatchObject({ code: 0 });
  expect(await image.output("id")).toBe("");
});

test.each([
  ["jsonPath: $.id", "echo no json", "is not JSON"],
  ["jsonPath: $.id", "echo '{}'", '"$.id" finds nothing'],
  ["regex: '('", "echo x", "not a valid regular expression"],
  ["path: missing.txt", "true", "missing.txt does not exist"],
])("fails the step when %s cannot be taken", async (source, script, message) => {
  await using image = await TestImage.create(
    run,
    `install:
  - exec: {description: Take, command: ./it.sh, outputs: [{name: id, ${source}}]}
${NONE}`,
    { "it.sh": `#!/bin/sh\n${script}\n` },
  );

  const { code, stderr } = await image.run("install");

  expect(code).toBe(1);
  expect(stderr).toContain('step 1 of "install" (Take): output "id"');
  expect(stderr).toContain(message);
});

test.each([
  ["{all: true}", 0],
  ["{exitCodes: [2, 3]}", 0],
  ["{exitCodes: [2]}", 3],
  ["{output: {contains: [already exists]}}", 0],
  ["{output: {regex: ['thing .* exists']}}", 0],
  ["{output: {contains: [not found]}}", 3],
  ["{output: {contains: [only on stdout]}}", 3],
])("with ignoreError %s the step ends with %i", async (ignoreError, expected) => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: made, type: string}]
install:
  - exec: {command: ./fail.sh, ignoreError: ${ignoreError}, outputs: [{name: made, path: made}]}
${NONE}`,
    {
      "fail.sh":
        '#!/bin/sh\necho only on stdout; echo "the thing already exists" >&2; echo m > made; exit 3\n',
    },
  );

  const { code } = await image.run("install");

  expect(code).toBe(expected);
  const made = await image.output("made").catch(() => "none");
  expect(made).toBe(expected === 0 ? "m\n" : "none");
});

test("lets scripts open /dev/stdout and /dev/stderr", async () => {
  await using image = await TestImage.create(
    run,
    `install: [{exec: {command: ./it.sh}}]\n${NONE}`,
    { "it.sh": "#!/bin/sh\necho out > /dev/stdout; echo err | tee /dev/stderr > /dev/null\n" },
  );

  const { code, stdout, stderr } = await image.run("install");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "err\n" });
  expect(stdout).toContain("\nout\n");
});

test("runs where there is no mkfifo", async () => {
  await using image = await TestImage.create(
    run,
    `install: [{exec: {command: /bin/echo, arguments: [without]}}]\n${NONE}`,
  );

  const { code, stdout } = await image.run("install", { PATH: "/nowhere" });

  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("without\n") });
});

test("gives 128 and the signal for a command that was killed", async () => {
  await using image = await TestImage.create(
    run,
    `install: [{exec: {command: sh, arguments: [-c, "kill -9 $$"]}}]\n${NONE}`,
  );

  expect(await image.run("install")).toMatchObject({ code: 137 });
});

test("copies an output of 100 MB in little memory", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: large, type: file, path: large.bin}, {name: step, type: string}]
install:
  - exec:
      command: sh
      arguments: [-c, "head -c 100000000 /dev/zero > large.bin; cp large.bin step.bin"]
      outputs: [{name: step, path: step.bin}]
  - exec: {command: sh, arguments: [-c, "grep VmHWM /proc/$PPID/status"]}
${NONE}`,
  );

  const { code, stdout } = await image.run("install");

  expect(code).toBe(0);
  expect((await image.output("large")).length).toBe(100_000_000);
  expect((await image.output("step")).length).toBe(100_000_000);
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(stdout)?.[1]);
  expect(peakKb).toBeLessThan(200_000);
});

test("looks through 100 MB of JSON", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: last, type: string}]
install:
  - exec:
      command: ./many.sh
      suppress-output: true
      outputs: [{name: last, jsonPath: "$.last"}]
${NONE}`,
    {
      "many.sh": `#!/bin/sh
printf '{"filler": "'; head -c 100000000 /dev/zero | tr '\\0' x; printf '", "last": "found"}'
`,
    },
  );

  expect(await image.run("install")).toMatchObject({ code: 0, stderr: "" });
  expect(await image.output("last")).toBe("found");
});
