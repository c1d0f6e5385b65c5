import { randomInt } from "node:crypto";
import { stat } from "node:fs/promises";
import { runCommand, TempDir } from "@gantry/process";
import type { Step } from "../enter/recipe.ts";
import { closingSteps, type ConfiningHost, openingSteps, writeEntry } from "./host.ts";

/** Far above the ids of people, services, containers and their ranges. */
const FIRST = 2_000_000_000;
const COUNT = 100_000_000;
const PROBE_MS = 20_000;

/** File systems on which it worked or did not, by their numbers: that does not change while they are mounted. */
const tried = new Map<string, boolean>();

/**
 * An id that is nobody's, for a driver of root's that makes namespaces: as root it could change the kernel's settings from these.
 * `undefined` where this machine cannot show the files in `directories` as that id's.
 */
export async function strangerFor(
  host: ConfiningHost,
  directories: readonly string[],
): Promise<number | undefined> {
  const devices = await Promise.all(directories.map(async (path) => (await stat(path)).dev));
  const key = devices.join();
  const id = FIRST + randomInt(COUNT);
  const works = tried.get(key) ?? (await tryOut(host, id, directories));
  tried.set(key, works);
  return works ? id : undefined;
}

/** Makes such a confinement with nothing in it but the directories. */
async function tryOut(
  host: ConfiningHost,
  stranger: number,
  directories: readonly string[],
): Promise<boolean> {
  await using dir = await TempDir.create("gantry-confine-");
  const args = await writeEntry(dir.path, [
    ...openingSteps(host, dir.path, { network: true, stranger }),
    ["proc", "subset=pid"],
    ...directories.map((path): Step => ["own", "rw", path, path, "must"]),
    ...closingSteps(host, { cwd: "/", spaces: true, listeners: [["loopback"]], stranger }),
    ["leave"],
  ]);
  const signal = AbortSignal.timeout(PROBE_MS);
  const { exit } = await runCommand(host.perl, args, { env: {}, signal });
  return exit.code === 0;
}

/** The same steps, the files that they show being the stranger's. `need`: refuse to start where they cannot be. */
export function asStrangers(
  steps: readonly Step[],
  stranger: number | undefined,
  need: "must" | "may",
): readonly Step[] {
  if (stranger === undefined) return steps;
  return steps.map((step) => {
    const [verb, kind] = step;
    return verb === "bind" && kind !== "dev" ? ["own", ...step.slice(1), need] : step;
  });
}
