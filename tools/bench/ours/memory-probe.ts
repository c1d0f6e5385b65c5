import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MeasureError } from "../errors.ts";

const PROBE = fileURLToPath(new URL("memory-probe.mjs", import.meta.url));
const PATIENCE_MS = 20_000;

/** Bytes that a program holds: in all, and of those in objects that it can still reach. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

/** Asks a program of ours, started with `env`, what it holds. */
export class MemoryProbe {
  readonly #file: string;

  /** `dir`: where the answers are written. */
  constructor(dir: string) {
    this.#file = join(dir, "memory.json");
  }

  get env(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import ${PROBE}`, MEMORY_PROBE_FILE: this.#file };
  }

  /** Throws `MeasureError` when there is no answer. */
  async ask(pid: number): Promise<Memory> {
    await rm(this.#file, { force: true });
    process.kill(pid, "SIGUSR2");
    for (let waited = 0; waited < PATIENCE_MS; waited += 20) {
      const text = await readFile(this.#file, "utf8").catch(() => "");
      // Written in one piece, but it may be read in the middle of that.
      if (text.endsWith("}")) return JSON.parse(text) as Memory;
      await delay(20);
    }
    throw new MeasureError("The program does not say what memory it uses.", { hint: "" });
  }
}
