import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Powers } from "@gantry/driver-package";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StartOutcome } from "./testing/started.ts";
import { type User, users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`attacks from namespaces: skipped: ${reason}\n`);

const PROGRAM = readFileSync(join(import.meta.dirname, "testing/space-attacks.py"), "utf8");
const ATTACKS = [...PROGRAM.matchAll(/^@attack\ndef (\w+)/gm)].map(([, name = ""]) => name);

/** What works for root outside, and does no harm: opening what a change would be written to, and files by their handles. */
const WORKS_FOR_ROOT = ["change_kernel_settings", "open_by_handle"];

/** What the kernel calls a file, with which root opens it wherever it is. */
const HANDLE = `
import ctypes, sys
libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(136)
ctypes.memmove(buffer, (ctypes.c_uint32 * 1)(128), 4)
libc.name_to_handle_at(-100, sys.argv[1].encode(), buffer, ctypes.byref(ctypes.c_int()), 0)
print(buffer.raw[: 8 + int.from_bytes(buffer.raw[:4], "little")].hex())
`;

function run(user: User, ...argv: readonly string[]): string {
  const [program = "", ...args] = [...user.prefix, "/usr/bin/python3", ...argv];
  return spawnSync(program, args, { encoding: "utf8", cwd: "/" }).stdout;
}

describe.skipIf(reason !== undefined).each(users())(
  "a hostile driver that may make namespaces, $title",
  (user) => {
    let world: World;
    let inside: StartOutcome | undefined;
    let outcomes: Readonly<Record<string, boolean | string>> = {};
    let told: Readonly<Record<string, unknown>> = {};

    beforeAll(async () => {
      world = await openWorld(user);
      const handle = run(user, "-c", HANDLE, String(world.target["key"])).trim();
      told = { ...world.target, handle };
      const base = await requestIn(world, { files: { "attacks.py": PROGRAM } });
      const request = {
        ...base,
        command: ["python3", "attacks.py", JSON.stringify(told)],
        environment: { ...base.environment, HOME: world.dir },
        granted: Powers.parse({ subprocesses: ["*"], read: ["~/"] }),
      };
      [inside] = await startAll(world, [request]);
      if (inside !== undefined && "stdout" in inside) outcomes = JSON.parse(inside.stdout || "{}");
    }, 120_000);
    afterAll(() => world[Symbol.asyncDispose]());

    it("runs confined, and can make them", () => {
      expect(inside).toMatchObject({ confinement: { state: "confined" }, exit: { code: 0 } });
      expect(outcomes["namespaces"]).toBe(true);
      expect(Object.keys(outcomes)).toEqual(["namespaces", ...ATTACKS]);
    });

    it("is told to be weaker for it", () => {
      const missing = inside !== undefined && "stdout" in inside ? inside.confinement.missing : [];

      expect(missing).toContainEqual(expect.stringMatching(/namespaces and mounts of its own/));
      expect(missing).not.toContainEqual(expect.stringMatching(/processes are not limited/));
    });

    it.each(ATTACKS)("does not get away with: %s", (name) => {
      expect(outcomes).toHaveProperty(name);
      expect(outcomes[name]).not.toBe(true);
    });

    it.skipIf(user.uid !== 0)("would get it if it were root and not confined", () => {
      const free = { ...told, outside: true, only: WORKS_FOR_ROOT };
      const found = JSON.parse(run(user, "-c", PROGRAM, JSON.stringify(free)));

      expect(WORKS_FOR_ROOT.map((name) => [name, found[name]])).toEqual(
        WORKS_FOR_ROOT.map((name) => [name, true]),
      );
    });
  },
);
