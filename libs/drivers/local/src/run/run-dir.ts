import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ObservedRun } from "@gantry/reports";
import { z } from "zod";
import { hasCode } from "../errors.ts";

/** What is written down of a run before anything of it starts. Holds no secret. */
export const RunRecord = z.object({
  id: z.string(),
  owner: z.string(),
  labels: z.record(z.string(), z.string()),
  /** Digest of the image's configuration. */
  image: z.string(),
  /** Chain id of its file system: what must not be pruned while the run is there. */
  chain: z.string().exactOptional(),
  /** Whom its program runs as. */
  user: z.object({ uid: z.int(), gid: z.int() }),
  /** Who starts it. */
  starter: z.object({ pid: z.int(), start: z.string() }),
  /** Boot of the machine: process ids mean nothing in another. */
  boot: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** The processes of a run that was started. */
export const RunProcesses = z.object({
  /** First process inside. */
  init: z.object({ pid: z.int(), start: z.string() }),
  /** The shell outside that writes down how it ended. */
  supervisor: z.object({ pid: z.int(), start: z.string() }),
  /** Control groups made for it. */
  groups: z.array(z.string()),
});
export type RunProcesses = z.infer<typeof RunProcesses>;

/** The directory of one run. */
export class RunDir {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get stdout(): string {
    return join(this.path, "stdout.log");
  }
  get stderr(): string {
    return join(this.path, "stderr.log");
  }
  get exit(): string {
    return join(this.path, "exit");
  }
  get upper(): string {
    return join(this.path, "upper");
  }
  get work(): string {
    return join(this.path, "work");
  }
  get outputs(): string {
    return join(this.path, "outputs");
  }

  /** Takes the directory for a new run; false when another run has it. */
  async claim(record: RunRecord): Promise<boolean> {
    try {
      await mkdir(this.path, { mode: 0o700 });
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    }
    await Promise.all([
      this.#write("run.json", record),
      writeFile(this.stdout, "", { mode: 0o600 }),
      writeFile(this.stderr, "", { mode: 0o600 }),
      // Written over in place at the end, so that a full disk cannot lose how the run ended.
      writeFile(this.exit, RESERVED),
      writeFile(`${this.exit}.code`, RESERVED),
      ...[this.upper, this.work, this.outputs].map((dir) => mkdir(dir, { mode: 0o755 })),
    ]);
    return true;
  }

  async record(): Promise<RunRecord | undefined> {
    return read(join(this.path, "run.json"), RunRecord);
  }

  async processes(): Promise<RunProcesses | undefined> {
    return read(join(this.path, "processes.json"), RunProcesses);
  }

  async setProcesses(processes: RunProcesses): Promise<void> {
    await this.#write("processes.json", processes);
  }

  /** What the kernel showed of the sandbox before its program began. */
  async observed(): Promise<ObservedRun | undefined> {
    return read(join(this.path, "observed.json"), ObservedRun);
  }

  async setObserved(observed: ObservedRun): Promise<void> {
    await this.#write("observed.json", observed);
  }

  /** The exit code once the run has ended and everything that it printed is on disk. */
  async exitCode(): Promise<number | undefined> {
    const text = await readFile(this.exit, "utf8").catch(() => "");
    const code = /^(\d{1,3})\n/.exec(text)?.[1];
    return code === undefined ? undefined : Number(code);
  }

  async #write(name: string, value: object): Promise<void> {
    const draft = join(this.path, `.${name}`);
    await writeFile(draft, JSON.stringify(value));
    await rename(draft, join(this.path, name));
  }
}

const RESERVED = `${" ".repeat(15)}\n`;

async function read<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}
