import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Powers } from "@gantry/driver-package";
import type { StartOutcome } from "./testing/started.ts";
import { type User, users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`attacks of drivers: skipped: ${reason}\n`);

const PROGRAM = readFileSync(join(import.meta.dirname, "testing/attacks.py"), "utf8");
const ATTACKS = [...PROGRAM.matchAll(/^@attack\ndef (\w+)/gm)].map(([, name = ""]) => name);

type Outcomes = Readonly<Record<string, boolean | string>>;

/** What works for anybody outside: so these are attacks, and it is the confinement that stops them. */
const WORKS_OUTSIDE = [
  "environment_of_others",
  "see_other_processes",
  "read_key_file",
  "list_daemon_home",
  "read_other_driver",
  "climb_through_proc_root",
  "climb_through_dots",
  "climb_through_link",
  "connect_daemon_socket",
  "connect_abstract_socket",
  "connect_loopback",
  "signal_others",
  "trace_a_child",
  "read_memory_by_call",
  "make_user_namespace",
  "write_package",
  "open_devices",
  "start_other_programs",
  "find_control_groups",
];
const WORKS_FOR_ROOT = [
  "trace_others",
  "mount_a_file_system",
  "make_other_namespaces",
  "become_another_user",
  "hold_capabilities",
  "write_system",
  "write_kernel_settings",
  "make_device",
  "change_host_name",
  "packet_socket",
];

/** Only these are tried outside: they do no harm, and mounts and names stay in namespaces of their own. */
function worksOutside({ uid }: User): readonly string[] {
  return uid === 0 ? [...WORKS_OUTSIDE, ...WORKS_FOR_ROOT] : WORKS_OUTSIDE;
}
const APART = process.getuid?.() === 0 ? ["unshare", "--mount", "--uts"] : [];

describe.skipIf(reason !== undefined).each(users())("a hostile driver, $title", (user) => {
  let world: World;
  let inside: StartOutcome | undefined;
  let outcomes: Outcomes = {};
  let outside: Outcomes = {};

  beforeAll(async () => {
    world = await openWorld(user);
    const files = { "attacks.py": PROGRAM };
    const told = { ...world.target, package: "/driver", only: null, scratchBytes: 96 << 20 };
    const base = await requestIn(world, { files });
    const request = {
      ...base,
      command: ["python3", "attacks.py", JSON.stringify(told)],
      granted: Powers.parse({ write: [String(world.target["setuid"])] }),
    };
    [inside] = await startAll(world, [request]);
    if (inside !== undefined && "stdout" in inside) outcomes = JSON.parse(inside.stdout || "{}");
    const copy = await requestIn(world, { files });
    const free = { ...world.target, package: copy.directory, only: worksOutside(user) };
    const argv = ["/usr/bin/python3", join(copy.directory, "attacks.py"), JSON.stringify(free)];
    const [program = "", ...args] = [...APART, ...user.prefix, ...argv];
    if (user.uid !== 0) spawnSync("chown", ["-R", String(user.uid), copy.directory]);
    const env = { PATH: process.env["PATH"], SECRET: "gantry-secret-of-others" };
    outside = JSON.parse(spawnSync(program, args, { encoding: "utf8", cwd: "/", env }).stdout);
  }, 120_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it("runs confined", () => {
    expect(inside).toMatchObject({ confinement: { state: "confined" }, exit: { code: 0 } });
    expect(Object.keys(outcomes)).toEqual(ATTACKS);
  });

  it.each(ATTACKS)("does not get away with: %s", (name) => {
    expect(outcomes).toHaveProperty(name);
    expect(outcomes[name]).not.toBe(true);
  });

  it("would get it if it were not confined", () => {
    expect(worksOutside(user).map((name) => [name, outside[name]])).toEqual(
      worksOutside(user).map((name) => [name, true]),
    );
  });
});
