import { Limits, Powers } from "@gantry/driver-package";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processesWith } from "./testing/processes.ts";
import type { Started, StartOutcome } from "./testing/started.ts";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`limits of drivers: skipped: ${reason}\n`);

const FORKS = `
import os, sys, time
count = 0
try:
    while count < 2000:
        if os.fork() == 0:
            time.sleep(600)
        count += 1
except OSError as error:
    print(count, error.strerror)
`;
const MEMORY = `
held = []
try:
    while len(held) < 1024:
        held.append(bytearray(b"x" * 1048576))
    print("held", len(held))
except MemoryError:
    print("no more memory at", len(held))
`;
const BUFFERS = `
const held = [];
for (let n = 0; n < 2048; n += 1) held.push(Buffer.alloc(1 << 20, 1));
console.log("held", held.length);
`;
const ORPHANS = `
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]], start_new_session=True)
print("left")
`;
const SCRATCH = `
import os
for place in ("/tmp", "/dev/shm"):
    try:
        with open(place + "/much", "wb") as file:
            for _ in range(1024):
                file.write(bytes(1048576))
        print("wrote all")
    except OSError as error:
        print(error.strerror)
    os.unlink(place + "/much")
`;

function startedOf(outcome: StartOutcome | undefined): Started {
  if (outcome !== undefined && "stdout" in outcome) return outcome;
  throw new TypeError(`not started: ${JSON.stringify(outcome)}`);
}

describe.skipIf(reason !== undefined).each(users())("a greedy driver, $title", (user) => {
  let world: World;
  let outcomes: readonly StartOutcome[] = [];
  const orphan = `gantry-orphan-${process.pid}-${user.uid}`;

  beforeAll(async () => {
    world = await openWorld(user);
    const files = {
      forks: FORKS,
      memory: MEMORY,
      buffers: BUFFERS,
      orphans: ORPHANS,
      scratch: SCRATCH,
    };
    const base = await requestIn(world, { files });
    const commands = [
      ["python3", "forks"],
      ["python3", "memory"],
      ["node", "buffers"],
      ["python3", "orphans", orphan],
      ["python3", "scratch"],
    ];
    const limits = Limits.parse({ memoryMiB: 128, pids: 24 });
    const granted = Powers.parse({});
    outcomes = await startAll(
      world,
      commands.map((command) => ({ ...base, command, limits, granted })),
    );
  }, 120_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it("that forks without end gets no further than its limit", () => {
    const [count, ...why] = startedOf(outcomes[0]).stdout.trim().split(" ");
    expect(why.join(" ")).toBe("Resource temporarily unavailable");
    expect(Number(count)).toBeGreaterThan(10);
    expect(Number(count)).toBeLessThan(24);
  });

  it.each([
    ["python3", 1],
    ["node", 2],
  ])("that eats memory with %s is stopped", (_program, index) => {
    const { stdout, exit } = startedOf(outcomes[index]);
    expect(stdout).not.toContain("held");
    expect(stdout.includes("no more memory") || exit.code !== 0).toBe(true);
  });

  it("leaves no process behind", async () => {
    expect(startedOf(outcomes[3]).stdout).toBe("left\n");
    expect(await processesWith(orphan)).toEqual([]);
  });

  it("that fills its scratch files gets no further than their size", () => {
    const lines = startedOf(outcomes[4]).stdout.trim().split("\n");
    expect(lines).toEqual(["No space left on device", "No space left on device"]);
  });
});
