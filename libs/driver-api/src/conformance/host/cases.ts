import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { RawDriver } from "./raw-driver.ts";

/** One thing that a host may do, out of malice or by mistake, and that a driver must live through. */
export interface HostCase {
  /** Stable, such as `host.garbage`. */
  readonly id: string;
  /** Completes the sentence "the driver …". */
  readonly title: string;
  run(driver: RawDriver): Promise<void>;
}

const MEGABYTE = 1024 * 1024;

/** What a host can do to a driver's process, each in a fresh one. */
export const HOST_CASES: readonly HostCase[] = [
  {
    id: "host.garbage",
    title: "answers a line that is no JSON with -32700 and goes on",
    async run(driver) {
      driver.write("this is no JSON\n");
      assert.equal((await driver.hears(({ id }) => id === null))?.error?.code, -32_700);
      await assertAlive(driver);
    },
  },
  {
    id: "host.not-a-request",
    title: "answers JSON that is no request with -32600 and goes on",
    async run(driver) {
      driver.write("[1]\n");
      assert.equal((await driver.hears(({ id }) => id === null))?.error?.code, -32_600);
      await assertAlive(driver);
    },
  },
  {
    id: "host.unknown-method",
    title: "answers a method that it does not know with -32601",
    async run(driver) {
      driver.request(1, "driver.fly");
      assert.equal((await driver.answer(1))?.error?.code, -32_601);
      await assertAlive(driver);
    },
  },
  {
    id: "host.too-early",
    title: "refuses work before it was initialized, with code protocol",
    async run(driver) {
      driver.request(1, "driver.probe");
      driver.request(2, "run.recover", { id: "a" });
      for (const id of [1, 2]) {
        const { error } = (await driver.answer(id)) ?? {};
        assert.ok(error !== undefined, `call ${id} was answered with a result or not at all`);
        assert.ok([-32_601, -32_600].includes(error.code) || error.data?.code === "protocol");
      }
      await assertAlive(driver);
    },
  },
  {
    id: "host.wrong-params",
    title: "refuses params of the wrong shape and goes on",
    async run(driver) {
      driver.request(1, "driver.initialize", {
        protocol: "one",
        options: 7,
        stateDir: "/",
        contentDir: "/",
      });
      driver.request(2, "driver.initialize", []);
      for (const id of [1, 2]) assert.ok((await driver.answer(id))?.error !== undefined);
      await assertAlive(driver);
    },
  },
  {
    id: "host.strange-flow",
    title: "passes over cancels, acknowledgements and notifications that belong to nothing",
    async run(driver) {
      for (const method of ["$/cancel", "$/ack", "$/progress", "$/never-heard-of", "made.up"]) {
        const params = { id: 4711, count: 3, items: [] };
        driver.write(`${JSON.stringify({ jsonrpc: "2.0", method, params })}\n`);
      }
      driver.write(`${JSON.stringify({ jsonrpc: "2.0", id: 9, result: { value: "" } })}\n`);
      await assertAlive(driver);
    },
  },
  {
    id: "host.torn-message",
    title: "puts a message together that comes in pieces, torn within a character",
    async run(driver) {
      const text = `${JSON.stringify({ jsonrpc: "2.0", id: 5, method: "driver.describe", params: { x: "ä漢" } })}\n`;
      for (const byte of Buffer.from(text)) {
        driver.write(Uint8Array.of(byte));
        if (byte > 0x7f) await delay(20);
      }
      assert.ok((await driver.answer(5)) !== undefined, "no answer came");
      await assertAlive(driver);
    },
  },
  {
    id: "host.large-message",
    title: "lives through a message of eight megabytes",
    async run(driver) {
      driver.request(1, "driver.describe", { padding: "x".repeat(8 * MEGABYTE) });
      assert.ok((await driver.answer(1)) !== undefined, "no answer came");
      await assertAlive(driver);
    },
  },
  {
    id: "host.many-at-once",
    title: "answers each of 500 calls that come at once, exactly once",
    async run(driver) {
      for (let id = 1; id <= 500; id += 1) driver.request(id, "driver.describe");
      assert.ok((await driver.answer(500)) !== undefined, "the last one was not answered");
      for (let id = 1; id < 500; id += 1) await driver.answer(id);
      const ids = driver.said.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, "a call was answered twice");
      assert.equal(ids.length, 500);
    },
  },
  {
    id: "host.leaves",
    title: "ends by itself within five seconds once its input has ended",
    async run(driver) {
      await assertAlive(driver);
      assert.ok(await driver.endInput(5_000), "it was still there");
    },
  },
];

/** The driver answers, and nothing but messages was on its stdout. */
async function assertAlive(driver: RawDriver): Promise<void> {
  driver.request(999_983, "driver.describe");
  const answer = await driver.answer(999_983);
  const said = driver.stderr === "" ? "" : `; on stderr: ${driver.stderr.slice(-300)}`;
  assert.ok(answer !== undefined, `it does not answer driver.describe any more${said}`);
  assert.ok(answer.result !== undefined, "driver.describe failed");
  const garbage = driver.said.find((each) => each.garbage !== undefined);
  assert.equal(garbage?.garbage, undefined, "something else than messages is on stdout");
}
