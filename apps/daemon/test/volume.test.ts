import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ChildDaemon } from "./support/child.ts";
import { apart, type Helper, World } from "./support/world.ts";

const COUNT = 1_000_000;
const MIB = 1024 * 1024;

/** Reads an operation's log to its end: how many lines, and a digest of them all. */
async function digestOf(
  helper: Helper,
  operationId: string,
): Promise<{ lines: number; digest: string }> {
  const hash = createHash("sha256");
  let lines = 0;
  for await (const { event } of helper.client.watch(operationId)) {
    if (event.kind !== "log") continue;
    hash.update(event.text);
    lines += event.text.split("\n").length - 1;
  }
  return { lines, digest: hash.digest("hex") };
}

function expectedDigest(): string {
  const hash = createHash("sha256");
  for (let n = 1; n <= COUNT; n += 1) hash.update(`${n}\n`);
  return hash.digest("hex");
}

describe("a million log lines", () => {
  it("reach one watcher and ten, every line once, past one that stalls, in flat memory", async () => {
    await using world = await World.open(apart([{ lines: COUNT }]));
    const daemon = ChildDaemon.start(world);
    const helper = await daemon.client();
    const dir = await world.bundle();
    await helper.build(dir);
    const { operationId } = await helper.begin(dir);
    const stalled = helper.client.call("operation.watch", { operationId });
    await stalled[Symbol.asyncIterator]().next();
    const one = await digestOf(await daemon.client(), operationId);
    const others = await Promise.all(Array.from({ length: 10 }, () => daemon.client()));
    const before = (await helper.request("daemon.status", {})).memoryBytes;

    const ten = await Promise.all(others.map((other) => digestOf(other, operationId)));

    const after = (await helper.request("daemon.status", {})).memoryBytes;
    const expected = { lines: COUNT, digest: expectedDigest() };
    expect(one).toEqual(expected);
    expect(ten).toEqual(Array.from({ length: 10 }, () => expected));
    expect((after - before) / MIB).toBeLessThan(150);
    expect((await helper.request("operation.list", {})).operations[0]?.status).toBe("succeeded");
  }, 120_000);
});
