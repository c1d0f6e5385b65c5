import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runConflict } from "../errors.ts";

/** What is remembered of a run. It holds no value of the run's environment or files. */
const RunRecord = z.object({
  id: z.string(),
  owner: z.string(),
  outputsDir: z.string(),
  /** Absent until the process was started. */
  process: z.object({ pid: z.int().positive(), startedAt: z.string() }).optional(),
});
export type RunRecord = z.output<typeof RunRecord>;

/** The directory of one run. The process writes into it itself, so that nothing is lost when Gantry ends. */
export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get stdout(): string {
    return join(this.path, "stdout");
  }
  get stderr(): string {
    return join(this.path, "stderr");
  }
  /** Value of `CNAB_OUTPUT_DIR`. */
  get outputs(): string {
    return join(this.path, "outputs");
  }
  /** Holds the exit status once the program has ended. */
  get exit(): string {
    return join(this.path, "exit");
  }
  /** Holds the number of the process that leads the run's process group. */
  get pid(): string {
    return join(this.path, "pid");
  }
  /** Holds the operation until the program has it open. */
  get input(): string {
    return join(this.path, "input");
  }
  /** Is there once SIGKILL was sent on purpose. */
  get killed(): string {
    return join(this.path, "killed");
  }

  /** Makes the directory for a new run. Throws `conflict` when there is one of that id. */
  static async create(runsDir: string, record: RunRecord): Promise<RunDirectory> {
    await mkdir(runsDir, { recursive: true, mode: 0o700 });
    const directory = new RunDirectory(join(runsDir, record.id));
    try {
      await mkdir(directory.path, { mode: 0o700 });
    } catch (error) {
      const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
      throw exists ? runConflict(record.id) : error;
    }
    await directory.write(record);
    return directory;
  }

  /** The record; `undefined` when there is no such run. */
  async read(): Promise<RunRecord | undefined> {
    const text = await readFile(join(this.path, "run.json"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : RunRecord.parse(JSON.parse(text));
  }

  async write(record: RunRecord): Promise<void> {
    const next = join(this.path, "run.json.new");
    await writeFile(next, JSON.stringify(record), { mode: 0o600 });
    await rename(next, join(this.path, "run.json"));
  }

  /** The leading process as it wrote itself down: for a run whose start was cut short. */
  async leader(): Promise<number | undefined> {
    const text = await readFile(this.pid, "utf8").catch(() => "");
    return /^\d+\n$/.test(text) ? Number(text) : undefined;
  }

  /** Exit status that the program's wrapper wrote down. */
  async exitStatus(): Promise<number | undefined> {
    const text = await readFile(this.exit, "utf8").catch(() => "");
    return /^\d+\n$/.test(text) ? Number(text) : undefined;
  }

  /** Whether SIGKILL was sent on purpose. */
  async wasKilled(): Promise<boolean> {
    return (await readFile(this.killed).catch(() => undefined)) !== undefined;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The records of every run below `runsDir`. */
export async function allRuns(runsDir: string): Promise<RunRecord[]> {
  const names = await readdir(runsDir).catch(() => []);
  const records = await Promise.all(
    names.map((name) => new RunDirectory(join(runsDir, name)).read()),
  );
  return records.filter((record) => record !== undefined);
}
