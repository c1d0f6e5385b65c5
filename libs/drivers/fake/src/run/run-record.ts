import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ObservedRun } from "@gantry/reports";
import { z } from "zod";
import { runConflict } from "../errors.ts";
import { Script } from "../script/script.ts";

/** All that is kept of a run: what it does, since when, and what was done to it. No value of its environment. */
const RunRecord = z.object({
  id: z.string(),
  owner: z.string(),
  script: Script,
  observed: ObservedRun,
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  termAt: z.number().exactOptional(),
  killAt: z.number().exactOptional(),
});
export type RunRecord = z.output<typeof RunRecord>;

/** The runs of one state directory, a file each, so that any process can carry on with them. */
export class RunRecords {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, "runs");
  }

  /** Throws `conflict` when there is a run of that id. */
  async add(record: RunRecord): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    try {
      await using file = await open(this.#path(record.id), "wx", 0o600);
      await file.writeFile(JSON.stringify(record));
    } catch (error) {
      throw codeOf(error) === "EEXIST" ? runConflict(record.id) : error;
    }
  }

  async find(id: string): Promise<RunRecord | undefined> {
    try {
      return RunRecord.parse(JSON.parse(await readFile(this.#path(id), "utf8")));
    } catch (error) {
      if (codeOf(error) === "ENOENT" || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async change(record: RunRecord): Promise<void> {
    const next = `${this.#path(record.id)}.${randomUUID()}.new`;
    await writeFile(next, JSON.stringify(record), { mode: 0o600 });
    await rename(next, this.#path(record.id));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  async all(): Promise<RunRecord[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    const records = await Promise.all(ids.map((id) => this.find(id)));
    return records.filter((record) => record !== undefined);
  }

  #path(id: string): string {
    return join(this.#dir, `${id}.json`);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
