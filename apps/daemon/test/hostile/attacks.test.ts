import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SUPERVISION, type SupervisionPolicy } from "../../src/supervision/policy.ts";
import {
  type Finished,
  type Helper,
  logOf,
  printed,
  World,
  WROTE_STATE,
} from "../support/world.ts";
import { processesIn } from "../support/processes-in.ts";
import type { Attack } from "./attack.ts";
import { ATTACKS, SLOW } from "./attacks.ts";

const DRIVER = fileURLToPath(new URL("driver.ts", import.meta.url));

/** As in production, but for the times: a busy machine answers within these, a hostile driver never. */
const QUICK: Partial<SupervisionPolicy> = {
  backOffMs: [0, 50, 50, 50],
  lingerMs: 200,
  patience: {
    ...SUPERVISION.patience,
    shortMs: 4_000,
    longMs: 4_000,
    cancelMs: 1_500,
    lineMs: 1_000,
  },
};

const LINES = "line 1\nline 2\nline 3\n";
const BYSTANDER = [{ print: "one\n" }, { sleepMs: 200 }, { print: "two\n" }];

let world: World;
let helper: Helper;
let bundle: string;

const named = (play: string): string => play.replaceAll(/[^a-z]+/g, "-").replace(/-$/, "");

beforeAll(async () => {
  world = await World.open();
  await world.configure([
    { name: "maker", driver: "fake", options: { facets: ["build"] } },
    { name: "bystander", driver: "fake", options: { script: [WROTE_STATE, ...BYSTANDER] } },
    ...ATTACKS.map(({ play }) => ({
      name: named(play),
      command: [process.execPath, DRIVER, play],
    })),
  ]);
  await world.daemon({ supervision: QUICK });
  helper = await world.client();
  bundle = await world.bundle();
  await helper.build(bundle, { driver: "maker" });
}, 60_000);

afterAll(() => world[Symbol.asyncDispose](), 60_000);

function install(driver: string, installation: string) {
  return helper.begin(bundle, { driver, installation, graceSeconds: 0 });
}

/** Does to the driver what the attack is about. */
async function carryOut({ play, ask }: Attack): Promise<Finished> {
  const name = named(play);
  if (ask === "hand-off") return await handOver(name);
  if (ask === "engine") return await withEngine(name);
  if (ask === "install") return helper.finish(await install(name, name));
  const started =
    ask === "cancel"
      ? await install(name, name)
      : await helper.request("bundle.build", {
          source: { dir: bundle },
          driver: name,
          force: true,
        });
  // One that hangs before it says anything is cancelled all the same.
  await Promise.race([
    helper.said(started, (event) => printed("line 3")(event) || printed("building")(event)),
    delay(2_500),
  ]);
  await helper.request("operation.cancel", started);
  return helper.finish(started);
}

async function handOver(name: string): Promise<Finished> {
  const dir = await world.bundle({ name: "linked" });
  await helper.build(dir, { driver: name });
  return helper.install(dir, { driver: "bystander", installation: name });
}

async function withEngine(name: string): Promise<Finished> {
  const dir = await world.bundle({ name: "engined", required: ["docker"] });
  await helper.build(dir, { driver: "maker" });
  const granted = { allowDockerHostAccess: true, graceSeconds: 0 };
  return helper.install(dir, { driver: name, installation: name, ...granted });
}

async function recorded(installation: string): Promise<string | undefined> {
  const { installations } = await helper.request("installation.list", {});
  if (!installations.some(({ name }) => name === installation)) return undefined;
  return (await helper.request("run.list", { name: installation })).runs[0]?.status;
}

/** What the user, the records, and a run on another driver at the same time have seen of an attack. */
async function see(attack: Attack) {
  const name = named(attack.play);
  const beside = install("bystander", `beside-${name}`).then((one) => helper.finish(one));
  const [{ outcome, events }, other] = await Promise.all([carryOut(attack), beside]);
  const { status, failure } = outcome.operation;
  const isWhole = attack.ask !== "install" || logOf(events) === (attack.log ?? LINES);
  return {
    status,
    code: failure?.code,
    message: failure?.message ?? "",
    hint: failure?.hint ?? "",
    isWhole: status !== "succeeded" || isWhole,
    hasEscapes: /\\u00(?:1b|07|00|9b)/i.test(JSON.stringify([events, outcome])),
    claim: await recorded(name),
    beside: [other.outcome.operation.status, logOf(other.events)],
  };
}

function expected({ status, code, says = "", claim }: Attack) {
  return {
    status,
    code,
    message: expect.stringContaining(says),
    hint: code === undefined ? "" : expect.stringMatching(/\S/),
    isWhole: true,
    hasEscapes: false,
    claim,
    beside: ["succeeded", "one\ntwo\n"],
  };
}

const cases = (isSlow: boolean) =>
  ATTACKS.filter((attack) => SLOW.has(attack) === isSlow).map(
    (attack) => [attack.does, attack] as const,
  );

describe("a driver that", () => {
  it.each(cases(false))(
    "%s",
    async (_does, attack) => {
      expect(await see(attack)).toEqual(expected(attack));
    },
    90_000,
  );
});

describe.concurrent("a driver that", () => {
  it.each(cases(true))(
    "%s",
    async (_does, attack) => {
      expect(await see(attack)).toEqual(expected(attack));
    },
    90_000,
  );
});

describe("after all of that", () => {
  it("nothing was written where an output wanted to climb, and no prototype was reached", () => {
    expect(existsSync("/tmp/gantry-climbed")).toBe(false);
    expect({}).not.toHaveProperty("polluted");
    expect({}).not.toHaveProperty("isAdmin");
  });

  it("no process of theirs is left once the daemon has gone", async () => {
    await world[Symbol.asyncDispose]();

    await expect.poll(() => processesIn(world.dir), { timeout: 15_000 }).toEqual([]);
  }, 60_000);
});
