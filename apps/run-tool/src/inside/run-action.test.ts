import { access } from "node:fs/promises";
import { TempDir } from "@gantry/process";
import { afterAll, expect, test } from "vitest";
import { TestImage, bundledRun } from "./test-image.ts";

const NONE = "uninstall: [{exec: {command: 'true'}}]\n";

const dir = await TempDir.create();
const run = await bundledRun(dir);
afterAll(() => dir[Symbol.asyncDispose]());

test("runs the steps of the action in order, each in the bundle's directory", async () => {
  await using image = await TestImage.create(
    run,
    `install:
  - exec: {description: First, command: ./helpers.sh, arguments: [one]}
  - exec: {description: Second, command: helpers.sh, arguments: [two]}
${NONE}`,
    { "helpers.sh": '#!/bin/sh\necho "$1 in $(pwd)"\n' },
  );

  const { code, stdout, stderr } = await image.run("install", {
    PORTER_INSTALLATION_NAME: "mine",
    PORTER_INSTALLATION_NAMESPACE: "dev",
  });

  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    "executing install action from tested (installation: dev/mine)",
    "First",
    `one in ${image.path("")}`.replace(/\/$/, ""),
    "Second",
    `two in ${image.path("")}`.replace(/\/$/, ""),
    "execution completed successfully!",
    "",
  ]);
  expect(code).toBe(0);
});

test("does nothing for a built-in action that the bundle does not have (I-06, E-02)", async () => {
  await using image = await TestImage.create(run, `install: []\n${NONE}`);

  const { code, stdout } = await image.run("upgrade");

  expect(stdout).toContain("does not implement upgrade");
  expect(code).toBe(0);
  await access(image.path("outputs/porter-state"));
});

test("refuses an action that is not declared and names the nearest (I-09)", async () => {
  await using image = await TestImage.create(
    run,
    `install: []\nzombies: [{exec: {command: echo, arguments: [brains]}}]\n${NONE}`,
  );

  const wrong = await image.run("zombie");
  const right = await image.run("zombies");

  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Did you mean "zombies"?'),
  });
  expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining("brains") });
});

test("says what is missing when no runtime started it", async () => {
  await using image = await TestImage.create(run, `install: []\n${NONE}`);

  expect(await image.run("")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("CNAB_ACTION is not set"),
  });
});

test("ends with the code of the step that failed, runs no later one, and leaves outputs", async () => {
  await using image = await TestImage.create(
    run,
    `outputs: [{name: log, type: file, path: install.log}]
install:
  - exec: {command: sh, arguments: [-c, "echo done > install.log; exit 42"]}
  - exec: {command: touch, arguments: [later]}
${NONE}`,
  );

  const { code, stderr } = await image.run("install");

  expect(code).toBe(42);
  expect(stderr).toContain('step 1 of "install" (exec) failed with exit code 42');
  expect(await image.output("log")).toBe("done\n");
  await expect(access(image.path("later"))).rejects.toThrow("ENOENT");
});

test("names a command that does not exist, and one that is not executable", async () => {
  await using image = await TestImage.create(
    run,
    `install: [{exec: {command: nosuchthing}}]
upgrade: [{exec: {command: ./plain.txt}}]
${NONE}`,
    { "plain.txt": "text" },
  );

  expect(await image.run("install")).toMatchObject({
    code: 127,
    stderr: expect.stringMatching(/step 1 of "install".*"nosuchthing" was not found\n.*PATH/),
  });
  expect(await image.run("upgrade")).toMatchObject({
    code: 126,
    stderr: expect.stringContaining("chmod +x"),
  });
});

test("passes values with quotes, colons and newlines through unchanged", async () => {
  await using image = await TestImage.create(
    run,
    `parameters: [{name: odd, type: string}]
outputs: [{name: seen, type: string}]
install:
  - exec:
      command: ./show.sh
      arguments: ["\${bundle.parameters.odd}"]
      flags: {v: "\${bundle.parameters.odd}", w: '"= \${bundle.parameters.odd}"'}
      envs: {ODD_TOO: "\${ bundle.parameters.odd }"}
      outputs: [{name: seen, path: seen}]
${NONE}`,
    { "show.sh": '#!/bin/sh\nprintf "%s|" "$@" "$ODD_TOO" > seen\n' },
  );
  const odd = `a: "b" 'c'\n- d: {e}\n\${bundle.name} \\ # f`;

  const { code, stderr } = await image.run("install", { ODD: odd });

  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(await image.output("seen")).toBe(`${odd}|-v|${odd}|-w|= ${odd}|${odd}|`);
});

test("names the step and the variable that is missing, and runs nothing of it", async () => {
  await using image = await TestImage.create(
    run,
    `install:
  - exec: {description: Greet, command: echo, arguments: ["\${bundle.parameters.nmae}"]}
${NONE}`,
  );

  const { code, stdout, stderr } = await image.run("install");

  expect(code).toBe(1);
  expect(stderr).toContain(
    'step 1 of "install" (Greet): there is no variable "bundle.parameters.nmae"',
  );
  expect(stdout).not.toContain("execution completed");
});

test("gives templates what the runtime and the manifest say", async () => {
  await using image = await TestImage.create(
    run,
    `description: About
custom: {app: {color: blue}}
credentials: [{name: kube, path: /root/.kube/config}, {name: token, env: TOKEN}]
install:
  - exec:
      command: echo
      arguments:
        - "\${installation.namespace}/\${installation.name} \${installation.id}"
        - "\${bundle.name} \${bundle.version} \${bundle.description} \${bundle.custom.app.color}"
        - "\${bundle.credentials.kube} \${env.HOME}"
        - "\${bundle.installerImage} \${bundle.images.db.repository} \${bundle.images.db.digest}"
${NONE}`,
  );
  const digest = `sha256:${"a".repeat(64)}`;
  await image.put(
    "/cnab/bundle.json",
    JSON.stringify({
      invocationImages: [{ image: "localhost:5000/tested:porter-1", contentDigest: digest }],
      images: { db: { image: `mysql@${digest}`, imageType: "docker" } },
    }),
  );
  await image.put(
    "relocation-mapping.json",
    JSON.stringify({ [`mysql@${digest}`]: `example.com/moved@${digest}` }),
  );

  const { stdout } = await image.run("install", {
    HOME: "/home/x",
    TOKEN: "tok-en",
    PORTER_INSTALLATION_NAME: "i",
    PORTER_INSTALLATION_NAMESPACE: "n",
    PORTER_INSTALLATION_ID: "ID",
  });

  expect(stdout).toContain(
    `n/i ID tested 0.1.0 About blue ${image.path("/root/.kube/config")} /home/x localhost:5000/tested@${digest} example.com/moved ${digest}`,
  );
});

test("sees a broken manifest before anything runs", async () => {
  await using image = await TestImage.create(run, "install: [{exec: 3}]\n");

  const { code, stderr } = await image.run("install");

  expect(code).toBe(1);
  expect(stderr).toContain("porter.yaml:6:");
  expect(stderr).toContain("no uninstall action defined");
});

test("reads itself correctly beside a package.json of the bundle", async () => {
  await using image = await TestImage.create(run, `install: []\n${NONE}`);

  for (const type of ["module", "commonjs"]) {
    await image.put("package.json", JSON.stringify({ type }));
    expect(await image.run("install")).toMatchObject({ code: 0, stderr: "" });
  }
});
