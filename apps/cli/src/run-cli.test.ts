import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";
import { testWorld } from "./testing/test-world.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-cli-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

writeFileSync(
  join(dir, "twice.yaml"),
  "name: a\ncredentials:\n- {name: x, source: {env: A, path: B}}\n",
);
writeFileSync(
  join(dir, "secret.yaml"),
  "name: a\ncredentials:\n- {name: x, source: {secret: k}}\n",
);
writeFileSync(join(dir, "field.yaml"), "name: a\ncredential: []\n");
writeFileSync(join(dir, "broken.yaml"), "name: [\n");
writeFileSync(
  join(dir, "same.yaml"),
  "credentials:\n- {name: x, source: {env: HOME}}\n- {name: x, source: {env: HOME}}\n",
);
writeFileSync(join(dir, "binary"), Buffer.from([0xff, 0xfe]));
writeFileSync(join(dir, "porter.yaml"), "name: here\n");

/** Words, then what the message must say. None of these contacts a daemon. */
const REFUSED: readonly (readonly [string, ...RegExp[]])[] = [
  ["instal", /no command "instal"/, /gantry install/],
  ["drivers lst", /gantry drivers has no command "lst"/, /gantry drivers list/],
  ["--frobnicate", /no option --frobnicate/],
  ["publish --regstry x", /no option --regstry/, /--registry/],
  ["publish -f nowhere.yaml", /no manifest at .*nowhere\.yaml/],
  ["install --reference", /--reference needs a value/],
  ["install --drivr docker", /no option --drivr/, /--driver/],
  ["install --driver", /--driver needs a value/],
  ["install a b", /takes only NAME; found: /],
  ["list x", /takes no argument/],
  ["outputs show", /needs NAME/],
  ["list -o yaml", /--output is "yaml"/, /plaintext or json/],
  ["list --limit 0", /--limit is "0"/],
  ["list --skip many", /--skip is "many"/],
  ["list --label oops", /--label has no = in "oops"/],
  ["install --param oops", /--param has no = in "oops"/, /NAME=VALUE/],
  ["install --param =x", /--param has no name/],
  ["install --cred pw", /--cred does not say/],
  ["install --cred pw=hunter2", /--cred pw does not say/],
  ["install --cred pw=vault:hunter2", /--cred pw does not say/],
  ["install --cred pw=env:NOT_SET_AT_ALL", /variable NOT_SET_AT_ALL, which is not set/],
  ["install --cred pw=path:nowhere", /nowhere, which cannot be read \(ENOENT\)/],
  ["install --cred pw=path:binary", /not UTF-8/],
  ["install --cred pw=command:false", /false ended with 1/],
  ["install --cred pw=command:no-such-program-here", /command that failed/],
  ["install --cred pw=command:'open", /' that is not closed/],
  ["install -c twice.yaml", /twice\.yaml:3:3: "x" needs exactly one source; found 2/],
  ["install -c secret.yaml", /secret\.yaml:3:3: "x" comes from a secret store/],
  ["install -c field.yaml", /field\.yaml:2:13: unknown field "credential"/],
  ["install -c broken.yaml", /broken\.yaml:\d+:\d+: /],
  ["install -c same.yaml", /same\.yaml:3:3: "x" is there twice/],
  ["install -p nowhere.yaml", /--parameter-set names the file .*nowhere\.yaml/],
  ["install --allow-docker-host-access=all", /--allow-docker-host-access is "all"/, /raw/],
  ["audit --verdict maybe", /--verdict is "maybe"/, /allowed or denied/],
  ["audit --limit 0", /--limit is "0"/],
  ["install --mount-host-volume /a", /--mount-host-volume is "\/a"/, /HOST:TARGET/],
  ["install --mount-host-volume /a:b", /target "b" is not absolute/],
  ["install --mount-host-volume /a:/b:rx", /mode is "rx"; expected ro or rw/],
  ["install -f porter.yaml --cnab-file b.json", /--file and --cnab-file/],
  ["invoke hello", /needs --action/],
  ["build -f nowhere.yaml", /no manifest at .*nowhere\.yaml/],
  ["build --version one", /--version is "one"/],
  ["build --platform linux", /--platform is "linux"/],
  ["build --network bridge", /--network is "bridge"/],
  ["build --cache-from ref=x", /--cache-from has no type/],
  ["build --cache-to type", /"type" is not of the form key=value/],
  ["build --secret src=x", /has no id/],
  ["build --secret id=a,env=NOT_SET_AT_ALL", /NOT_SET_AT_ALL, which is not set/],
  ["build --secret id=a,src=b,env=c", /both src and env/],
  ["build --secret id=a,foo=c", /unknown key "foo"/],
  ["build --ssh default", /no agent for it/],
  ["build --build-arg NAME", /--build-arg has no =/],
  ["completion tcsh", /SHELL is "tcsh"/],
  ["create Not_A_Name", /cannot be a bundle's name/],
  ["drivers create Not_A_Name", /cannot be a driver's name/],
  ["drivers create mine --lang perl", /--lang is "perl"/, /ts/],
  ["drivers create", /NAME/],
];

describe.each(REFUSED.map(([line, ...says]) => ({ line, says })))(
  "gantry $line",
  ({ line, says }) => {
    test("is refused in words, with exit code 2", async () => {
      const world = testWorld({ cwd: dir });

      const code = await runCli(line.split(" "), world);

      const said = world.text("stderr");
      expect(said).toMatch(/^Error: /);
      expect(said).toMatch(/^Try: /m);
      for (const pattern of says) expect(said).toMatch(pattern);
      expect(said).not.toContain("hunter2");
      expect(world.text("stdout")).toBe("");
      expect(code).toBe(2);
    });

    test("is refused as JSON on one line with -o json", async () => {
      const world = testWorld({ cwd: dir, env: { GANTRY_OUTPUT: "json" } });

      await runCli(line.split(" "), world);

      const text = world.text("stderr");
      const asked = line.includes("-o ") ? text : JSON.parse(text);
      if (!line.includes("-o "))
        expect(asked).toMatchObject({ error: { code: "usage", exitCode: 2 } });
      else return expect(asked).toMatch(/^Error: /);
      expect(text.trimEnd()).not.toContain("\n");
    });
  },
);

describe("commands that need no daemon", () => {
  test("print version and help on stdout", async () => {
    const version = testWorld();
    const help = testWorld();

    expect(await runCli(["version", "-o", "json"], version)).toBe(0);
    expect(await runCli(["install", "--help"], help)).toBe(0);

    expect(JSON.parse(version.text("stdout"))).toEqual({ name: "gantry", version: "1.2.3" });
    expect(help.text("stdout")).toMatch(/^Usage: gantry install \[NAME\]/);
  });

  test("take a variable of the environment as the option, and name it when it is wrong", async () => {
    const right = testWorld({ env: { GANTRY_OUTPUT: "json" } });
    const wrong = testWorld({ env: { GANTRY_OUTPUT: "xml" } });

    expect(await runCli(["version"], right)).toBe(0);
    expect(await runCli(["version"], wrong)).toBe(2);

    expect(() => JSON.parse(right.text("stdout")) as unknown).not.toThrow();
    expect(wrong.text("stderr")).toContain('GANTRY_OUTPUT is "xml"');
  });

  test("say that no daemon runs, with exit code 3", async () => {
    const world = testWorld({ env: { GANTRY_HOME: join(dir, "home") } });

    expect(await runCli(["daemon", "status"], world)).toBe(3);
    expect(world.text("stderr")).toContain("No daemon runs");
  });

  test("create writes a bundle once, and overwrites nothing", async () => {
    const first = testWorld({ cwd: dir });
    const second = testWorld({ cwd: dir });

    expect(await runCli(["create", "fresh", "-o", "json"], first)).toBe(0);
    expect(await runCli(["create", "fresh"], second)).toBe(1);

    expect(JSON.parse(first.text("stdout"))).toMatchObject({ directory: join(dir, "fresh") });
    expect(second.text("stderr")).toContain(join(dir, "fresh", "porter.yaml"));
  });
});
