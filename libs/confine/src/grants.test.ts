import { chmod, chown, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Powers } from "@gantry/driver-package";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfineRequest } from "./request.ts";
import type { StartOutcome } from "./testing/started.ts";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`grants of drivers: skipped: ${reason}\n`);

/** Evaluates each of its arguments, and says what came of it. */
const EVALUATE = `
import json, os, socket, subprocess, sys

def read(path):
    with open(path) as file:
        return file.read()

def write(path):
    with open(path, "w") as file:
        return file.write("x")

def run(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()

def ask(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        return client.recv(100).decode()

def outcome(text):
    try:
        return eval(text)
    except Exception as error:
        return type(error).__name__

print(json.dumps([outcome(text) for text in sys.argv[1:]]))
`;

type Grants = Partial<Powers>;

interface Case {
  readonly grants: Grants;
  /** What it tries, in the words of the driver. */
  readonly tries?: readonly string[];
  readonly engine?: true;
  readonly exchange?: ConfineRequest["exchange"];
  readonly expected: unknown;
}

const REFUSED = { refused: "grant-refused" };
const NOT_FOUND = "FileNotFoundError";
const NOBODYS = expect.stringMatching(/^20\d{8}$/);
const quote = (path: string): string => JSON.stringify(path);

/** In this order: some plant what others find. */
function casesIn(world: World): Readonly<Record<string, Case>> {
  const { dir, home, user } = world;
  const [own, inner, key] = [join(dir, "own"), join(dir, "own/inner"), join(home, "key")];
  const file = quote(join(own, "file"));
  const uid = String(user.uid);
  const programs = ["run('id', '-u')", "run('/usr/bin/id', '-u')", "run('uname')"];
  const spaces = ["run('unshare', '--user', '--map-root-user', '--mount', 'id', '-u')"];
  const planted = join(inner, "planted");
  return {
    "no file without a grant": {
      grants: {},
      tries: [`read(${file})`, `write(${file})`, `os.listdir(${quote(dir)})`],
      expected: [NOT_FOUND, NOT_FOUND, ["home"]],
    },
    "files to read, not to write and not to run": {
      grants: { read: [own] },
      tries: [`read(${file})`, `write(${file})`, `run(${quote(join(own, "program"))})`],
      expected: ["content", "OSError", "PermissionError"],
    },
    "files to write, also by way of ~ and of a link": {
      grants: { write: ["~/alias/inner"] },
      tries: [dir + "/alias/inner/made", inner + "/made"].map((path) => `write(${quote(path)})`),
      expected: [1, 1],
    },
    "a directory in which it plants a link": {
      grants: { write: [inner] },
      tries: [
        `os.symlink(${quote(key)}, ${quote(planted)})`,
        `os.symlink(${quote(join(dir, "private"))}, ${quote(join(inner, "way"))})`,
      ],
      expected: [null, null],
    },
    "not what a link that it planted leads to, if that is nobody's in particular": {
      grants: { write: [inner], read: [join(inner, "way")] },
      expected: REFUSED,
    },
    "not what is behind such a link, to write": {
      grants: { write: [inner, join(inner, "way/file")] },
      expected: REFUSED,
    },
    "not what a link leads to through such a link": {
      grants: { write: [inner], read: [join(dir, "outer/file")] },
      expected: REFUSED,
    },
    "not what a link that it planted leads to": {
      grants: { write: [inner], read: [planted] },
      expected: REFUSED,
    },
    "the environment that was named": {
      grants: { environment: ["TOKEN"] },
      tries: ["sorted(set(os.environ) - {'LC_CTYPE'})", "os.environ['TOKEN']"],
      expected: [["GANTRY_CONFINED", "HOME", "LANG", "PATH", "TMPDIR", "TOKEN"], "t"],
    },
    "no programs": { grants: {}, tries: programs, expected: [NOT_FOUND, NOT_FOUND, NOT_FOUND] },
    "the programs that were named": {
      grants: { subprocesses: ["id"] },
      tries: programs,
      expected: [uid, uid, NOT_FOUND],
    },
    "programs by their paths, and no others beside them": {
      grants: {
        read: [join(dir, "tools")],
        subprocesses: [join(dir, "tools/granted"), "/usr/bin/id", "~/tools/link", "sh"],
      },
      tries: [
        `run(${quote(join(dir, "tools/granted"))})`,
        `run(${quote(join(dir, "tools/other"))})`,
        `run(${quote(join(dir, "tools/link"))})`,
        "run('/usr/bin/id', '-u')",
        "run('uname')",
      ],
      expected: ["here", "PermissionError", "linked", uid, NOT_FOUND],
    },
    "a program by its path, without what is around it": {
      grants: { subprocesses: [join(dir, "tools/granted"), "sh"] },
      tries: [
        `run(${quote(join(dir, "tools/granted"))})`,
        `os.listdir(${quote(join(dir, "tools"))})`,
        `write(${quote(join(dir, "tools/granted"))})`,
      ],
      expected: ["here", ["granted"], "OSError"],
    },
    "not a program that a link of its own leads to": {
      grants: { write: [inner], subprocesses: [planted] },
      expected: REFUSED,
    },
    "not a directory as a program": {
      grants: { subprocesses: [join(dir, "tools")] },
      expected: REFUSED,
    },
    "not a program in the daemon's home": { grants: { subprocesses: [key] }, expected: REFUSED },
    "the operator's home by name, if that was granted": {
      grants: { environment: ["HOME"] },
      tries: ["os.environ['HOME']", "os.listdir(os.environ['HOME'])"],
      expected: [dir, ["home"]],
    },
    "all programs": {
      grants: { subprocesses: ["*"] },
      tries: programs,
      // Root's gets an id that is nobody's.
      expected: user.uid === 0 ? [NOBODYS, NOBODYS, "Linux"] : [uid, uid, "Linux"],
    },
    "namespaces with all programs": {
      grants: { subprocesses: ["*"] },
      tries: spaces,
      expected: ["0"],
    },
    "no namespaces with some programs": {
      grants: { subprocesses: ["unshare", "id"] },
      tries: spaces,
      expected: [""],
    },
    "private files to read and to write, with all programs as well": {
      grants: { subprocesses: ["*"], read: [join(dir, "private/own")], write: [inner] },
      tries: [
        `read(${quote(join(dir, "private/own"))})`,
        `write(${quote(join(inner, "made-with-all"))})`,
        `oct(os.stat(${quote(join(inner, "made-with-all"))}).st_mode & 0o777)`,
        `os.stat(${quote(join(inner, "made-with-all"))}).st_uid == os.geteuid()`,
      ],
      expected: ["own", 1, "0o644", true],
    },
    "the devices that were named": {
      grants: { devices: ["/dev/tty"] },
      tries: ["os.listdir('/dev').count('tty')", "os.path.exists('/dev/kmsg')"],
      expected: [1, false],
    },
    "the engine, at the same place for every driver": {
      grants: {},
      engine: true,
      tries: ["os.environ['DOCKER_HOST']", "ask('/run/gantry/engine.sock')"],
      expected: ["unix:///run/gantry/engine.sock", "outside"],
    },
    "what requests pass through, in the daemon's home too": {
      grants: {},
      exchange: [
        { path: join(home, "in"), writable: false },
        { path: join(home, "out"), writable: true },
      ],
      tries: [
        `write(${quote(join(home, "out/made"))})`,
        `write(${quote(join(home, "in/made"))})`,
        `sorted(os.listdir(${quote(home)}))`,
      ],
      expected: [1, "OSError", ["drivers", "in", "out"]],
    },
    "what is around the daemon's home, without the home": {
      grants: { read: ["~/"] },
      tries: [`os.listdir(${quote(home)})`, `read(${quote(key)})`, `read(${file})`],
      expected: [["drivers"], NOT_FOUND, "content"],
    },
    "the whole machine to read, without processes, devices and sockets": {
      grants: { read: ["/"] },
      tries: [
        "os.path.exists('/etc/os-release')",
        "os.path.exists('/proc/sys') or os.path.exists('/sys') or os.path.exists('/run/dbus')",
        "os.path.exists('/var')",
        "run('/usr/bin/id')",
      ],
      expected: [true, false, true, NOT_FOUND],
    },
    "the machine's libraries to read, which are there already": {
      grants: { read: ["/usr"] },
      tries: ["os.path.exists('/usr/share')", "run('/usr/bin/id')"],
      expected: [true, NOT_FOUND],
    },
    "not the daemon's home": { grants: { read: [home] }, expected: REFUSED },
    "not the key": { grants: { read: [key] }, expected: REFUSED },
    "not the processes of the machine": { grants: { read: ["/proc"] }, expected: REFUSED },
    "not a device as a file": { grants: { read: ["/dev/mem"] }, expected: REFUSED },
    "not to write around the daemon's home": { grants: { write: ["~/"] }, expected: REFUSED },
    "not to write everywhere, under policy strict": {
      grants: { write: ["/"] },
      expected: { refused: "cannot-confine", message: expect.stringContaining("as granted") },
    },
    "not a file as a device": { grants: { devices: ["/etc/passwd"] }, expected: REFUSED },
    "not what changes how programs load": {
      grants: { environment: ["LD_PRELOAD"] },
      expected: REFUSED,
    },
  };
}

describe.skipIf(reason !== undefined).each(users())("what a driver was granted, $title", (user) => {
  let world: World;
  let cases: Readonly<Record<string, Case>> = {};
  const outcomes = new Map<string, StartOutcome | undefined>();

  beforeAll(async () => {
    world = await openWorld(user);
    const own = join(world.dir, "own");
    for (const path of [own, join(own, "inner")]) {
      await mkdir(path);
      await chown(path, user.uid, user.uid);
    }
    await writeFile(join(own, "file"), "content");
    await writeFile(join(own, "program"), "#!/bin/sh\n");
    await chmod(join(own, "file"), 0o644);
    await chmod(join(own, "program"), 0o755);
    await symlink(own, join(world.dir, "alias"));
    await mkdir(join(world.dir, "private"));
    await writeFile(join(world.dir, "private", "file"), "private");
    await writeFile(join(world.dir, "private", "own"), "own", { mode: 0o600 });
    await chown(join(world.dir, "private", "own"), user.uid, user.uid);
    await symlink(join(own, "inner/way"), join(world.dir, "outer"));
    const tools = join(world.dir, "tools");
    await mkdir(tools);
    await mkdir(join(world.dir, "elsewhere"));
    const programs = { granted: "here", other: "beside", "../elsewhere/program": "linked" };
    for (const [name, word] of Object.entries(programs)) {
      await writeFile(join(tools, name), `#!/bin/sh\necho ${word}\n`);
      await chmod(join(tools, name), 0o755);
    }
    await symlink(join(world.dir, "elsewhere/program"), join(tools, "link"));
    cases = casesIn(world);
    const base = await requestIn(world, { files: { evaluate: EVALUATE } });
    const requests = Object.values(cases).map(({ grants, tries = [], engine, exchange = [] }) => ({
      ...base,
      command: ["python3", "evaluate", ...tries],
      granted: Powers.parse(grants),
      exchange,
      environment: { ...base.environment, HOME: world.dir, TOKEN: "t", OTHER: "o" },
      ...(engine === true ? { engineSocket: join(world.home, "gantryd.sock") } : {}),
    }));
    const all = await startAll(world, requests);
    for (const [index, name] of Object.keys(cases).entries()) outcomes.set(name, all[index]);
  }, 180_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(Object.keys(casesIn({ dir: "", home: "", user } as World)))("is %s", (name) => {
    const outcome = outcomes.get(name);
    const ran = outcome !== undefined && "stdout" in outcome && outcome.stdout !== "";
    const answer = ran ? JSON.parse(outcome.stdout) : outcome;
    if (ran) expect(answer).toEqual(cases[name]?.expected);
    else expect(answer).toMatchObject(cases[name]?.expected as object);
  });
});
