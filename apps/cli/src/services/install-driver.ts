import { resolve } from "node:path";
import type { Client } from "@gantry/client";
import type { Inspection, InstalledPackage } from "@gantry/protocol";
import { RpcError } from "@gantry/rpc";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { readLockPath } from "../inputs/lock-file.ts";
import { readNpmEnvironment } from "../inputs/npm-environment.ts";
import { optional } from "../inputs/optional.ts";
import { inspectionText, powersText } from "../output/driver-package.ts";
import { isJson, writeJson } from "../output/json.ts";
import { paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** What is to be inspected, as `driver.inspect` takes it. */
type Wanted = { readonly spec?: string; readonly name?: string; readonly link?: boolean };

/** `gantry drivers install`: exit code 2 when somebody has to say yes and nobody can be asked. */
export async function installDriver(given: Given, world: World): Promise<number> {
  const spec = given.argument("SPEC");
  const lock = await readLockPath(given, world);
  if (spec === undefined) return restore(given, world, lock);
  if (given.has("frozen") && lock === undefined) throw noLock();
  return withClient(world, async (client) => {
    const asking = { given, world, client, lock };
    return tell(given, world, [await settle(asking, { spec })]);
  });
}

/** `gantry drivers link` */
export function linkDriver(given: Given, world: World): Promise<number> {
  const spec = resolve(world.cwd, given.argument("DIR") ?? "");
  return withClient(world, async (client) => {
    const asking = { given, world, client, lock: undefined };
    return tell(given, world, [await settle(asking, { spec, link: true })]);
  });
}

/** `gantry drivers update`: of all drivers when none is named. */
export async function updateDrivers(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME");
  const lock = await readLockPath(given, world);
  return withClient(world, async (client) => {
    const names = name === undefined ? await updatable(client) : [name];
    const settled: Settled[] = [];
    for (const one of names)
      settled.push(await settle({ given, world, client, lock }, { name: one }));
    return tell(given, world, settled);
  });
}

async function updatable(client: Client): Promise<readonly string[]> {
  const { packages } = await client.request("driver.packages", {});
  return packages.flatMap(({ name, isLinked }) => (isLinked ? [] : [name]));
}

interface Asking {
  readonly given: Given;
  readonly world: World;
  readonly client: Client;
  readonly lock: string | undefined;
}

/** A package that was installed, and whether all that it may do has just been shown. */
interface Settlement {
  readonly driver: InstalledPackage;
  readonly isShown: boolean;
}

/** What became of a package: installed, there already, or the answer was no. */
type Settled = Settlement | "newest" | "declined";

/** Shows a package, asks where something is to be allowed, and installs it. */
async function settle(asking: Asking, wanted: Wanted): Promise<Settled> {
  const { given, world, client, lock } = asking;
  const shown = await client.request("driver.inspect", {
    ...wanted,
    cwd: world.cwd,
    ...optional("lock", lock),
    environment: await readNpmEnvironment(world),
  });
  if (wanted.name !== undefined && shown.installed?.isSame === true) {
    await write(world.stderr, `${shown.name} ${shown.version} is the newest.\n`);
    return "newest";
  }
  const answer = await answerTo(asking, shown);
  if (answer === undefined) return "declined";
  // An update does not make a project depend on what it did not.
  const written = wanted.name === undefined || shown.isPinned ? lock : undefined;
  const asked = client.request("driver.install", {
    source: shown.source,
    ...optional("sha512", shown.sha512),
    ...optional("lock", written),
    frozen: given.has("frozen"),
    ...answer,
  });
  const driver = await (isJson(given) ? asked : asked.catch(withoutPowers));
  return { driver, isShown: isAllShown(shown, driver) };
}

/** What a refusal lists has just been shown. */
function withoutPowers(error: unknown): never {
  if (!(error instanceof RpcError) || error.data.code !== "driver-unconfirmed") throw error;
  const { details: _details, ...data } = error.data;
  throw new RpcError(error.rpcCode, error.message, data);
}

/** Whether somebody who looked has seen it all: of an update only what is new is shown. */
function isAllShown({ asks, installed }: Inspection, { granted }: InstalledPackage): boolean {
  if (installed?.isSame === false) return false;
  const seen = asks.map(({ text }) => text).toSorted();
  const texts = granted.map(({ text }) => text).toSorted();
  return texts.length > 0 && texts.join("\n") === seen.join("\n");
}

interface Answer {
  readonly grant?: string[];
  readonly acceptPublisher: boolean;
}

/** The flags, or what is answered on a terminal. Without either the daemon refuses and says which flag it wants. */
async function answerTo({ given, world }: Asking, shown: Inspection): Promise<Answer | undefined> {
  const words = given.list("grant").flatMap((text) => text.split(",").filter(Boolean));
  const confirm = isJson(given) ? undefined : world.confirm;
  if (!isJson(given)) {
    const paint = paintFor(world.stderr, world.env);
    await write(world.stderr, inspectionText(shown, paint));
  }
  const isOther = shown.formerPublisher !== undefined && !given.has("accept-publisher");
  if (isOther && confirm !== undefined) {
    if (!(await confirm("Somebody else publishes it now. Accept that?"))) return declined(world);
  }
  const acceptPublisher = given.has("accept-publisher") || (isOther && confirm !== undefined);
  if (words.length > 0) return { grant: words, acceptPublisher };
  if (shown.isConfirmed || confirm === undefined) return { acceptPublisher };
  const question = `Install ${shown.name} ${shown.version} and allow this?`;
  if (!(await confirm(question))) return declined(world);
  return { grant: ["all"], acceptPublisher };
}

async function declined(world: World): Promise<undefined> {
  await write(world.stderr, "Nothing was installed.\n");
}

async function restore(given: Given, world: World, lock: string | undefined): Promise<number> {
  if (lock === undefined) throw noLock();
  const environment = await readNpmEnvironment(world);
  const { installed } = await withClient(world, (client) =>
    client.request("driver.restore", { lock, environment }),
  );
  return tell(
    given,
    world,
    installed.map((driver) => ({ driver, isShown: false })),
  );
}

function noLock(): UsageError {
  return new UsageError("There is no gantry.lock here or above.", {
    hint: "Name a driver to install, or a lock file with --lock FILE.",
  });
}

/** Says what was installed; exit code 1 when something was not wanted. */
async function tell(given: Given, world: World, settled: readonly Settled[]): Promise<number> {
  const installed = settled.filter((one) => typeof one !== "string");
  if (isJson(given)) {
    await writeJson(
      world,
      installed.map(({ driver }) => driver),
    );
    return 0;
  }
  const paint = paintFor(world.stderr, world.env);
  for (const { driver, isShown } of installed) {
    const { name, version, granted, isLinked } = driver;
    const what = `${paint("good", "✓")} ${name} ${version} ${isLinked ? "linked" : "installed"}`;
    const may = isShown ? "It may do all of that." : powersText("It may", granted, paint);
    await write(world.stderr, `${what}\n${may}\n`);
  }
  return settled.includes("declined") ? 1 : 0;
}
