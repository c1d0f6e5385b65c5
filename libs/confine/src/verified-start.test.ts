import { once } from "node:events";
import { open, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { runCommand } from "@gantry/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confine } from "./confine.ts";
import type { ConfineRequest } from "./request.ts";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`verified start: skipped: ${reason}\n`);

const GOOD = "#!/bin/sh\necho good\n";
const EVIL = "#!/bin/sh\necho evil\n";

/** Swaps the driver's program, by writing into it, by renaming and by a link, as fast as it can. */
const SWAPPER = `
const { workerData, parentPort } = require("node:worker_threads");
const fs = require("node:fs");
const { file, good, evil, stop } = workerData;
const flag = new Int32Array(stop);
const held = fs.openSync(file, "r+");
fs.writeFileSync(file + ".evil", evil, { mode: 0o755 });
parentPort.postMessage("swapping");
for (let n = 0; Atomics.load(flag, 0) === 0; n += 1) {
  const text = n % 2 === 0 ? evil : good;
  if (n % 3 === 0) fs.writeSync(held, text, 0);
  else if (n % 3 === 1) {
    fs.writeFileSync(file + ".new", text, { mode: 0o755 });
    fs.renameSync(file + ".new", file);
  } else {
    fs.unlinkSync(file);
    if (n % 2 === 0) fs.symlinkSync(file + ".evil", file);
    else fs.writeFileSync(file, good, { mode: 0o755 });
  }
}
`;

describe.skipIf(reason !== undefined)("a verified start", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(users()[0] ?? { title: "", uid: 0, prefix: [] });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const request = () => requestIn(world, { files: { "main.sh": GOOD }, command: ["./main.sh"] });
  const signal = AbortSignal.timeout(120_000);

  async function said(wanted: ConfineRequest, between?: () => Promise<unknown>): Promise<string> {
    try {
      await using confined = await confine(wanted, signal);
      await between?.();
      const { command, args, env, cwd } = confined;
      return (await runCommand(command, args, { env, cwd, signal })).stdout.toString().trim();
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  }

  it("runs what was installed", async () => {
    expect(await said(await request())).toBe("good");
  });

  it("refuses one flipped byte before anything runs", async () => {
    const wanted = await request();
    await writeFile(join(wanted.directory, "main.sh"), EVIL);
    expect(await said(wanted)).toBe("content-changed");
  });

  it("refuses a file more, and a link in the place of a file", async () => {
    const more = await request();
    await writeFile(join(more.directory, "more"), "");
    expect(await said(more)).toBe("content-changed");
    const linked = await request();
    await unlink(join(linked.directory, "main.sh"));
    await symlink("/bin/sh", join(linked.directory, "main.sh"));
    expect(await said(linked)).toBe("content-changed");
  });

  it("runs what was checked when the package is written to afterwards, through an open descriptor too", async () => {
    const wanted = await request();
    await using held = await open(join(wanted.directory, "main.sh"), "r+");
    expect(await said(wanted, () => held.write(EVIL, 0))).toBe("good");
    const replaced = await request();
    const evil = join(replaced.directory, "evil");
    const swap = async (): Promise<void> => {
      await writeFile(evil, EVIL, { mode: 0o755 });
      await rename(evil, join(replaced.directory, "main.sh"));
    };
    expect(await said(replaced, swap)).toBe("good");
  });

  it("never runs anything else while somebody swaps the program again and again", async () => {
    const wanted = await request();
    const stop = new SharedArrayBuffer(4);
    const file = join(wanted.directory, "main.sh");
    const workerData = { file, good: GOOD, evil: EVIL, stop };
    const swapper = new Worker(SWAPPER, { eval: true, workerData });
    await once(swapper, "message");
    const answers = new Map<string, number>();
    for (let n = 0; n < 40; n += 1) {
      const answer = await said(wanted);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    Atomics.store(new Int32Array(stop), 0, 1);
    await once(swapper, "exit");
    expect([...answers.keys()].filter((answer) => answer !== "good")).toEqual(["content-changed"]);
  });
});
