import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StepTrace } from "./step-inputs.ts";

/** The layer that a step made; absent when it changed nothing. */
export interface StepResult {
  readonly layer?: { readonly digest: `sha256:${string}`; readonly size: number };
}

/** Results of steps by key, and what each step of a Dockerfile looked like last time. Files of JSON, each written whole. */
export class StepCache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The result of the step with this key, if one was ever made here. */
  async result(key: string): Promise<StepResult | undefined> {
    return this.#read("steps", key, isResult);
  }

  /** Remembers a result. */
  async keep(key: string, result: StepResult): Promise<void> {
    await this.#write("steps", key, result);
  }

  /** How the step in this place looked last time. `slot` names Dockerfile, stage and position. */
  async trace(slot: string): Promise<StepTrace | undefined> {
    return this.#read("traces", hash(slot), isTrace);
  }

  /** Remembers how it looks now. */
  async keepTrace(slot: string, trace: StepTrace): Promise<void> {
    await this.#write("traces", hash(slot), trace);
  }

  #path(kind: string, name: string): string {
    return join(this.#directory, kind, name.slice(0, 2), `${name.slice(2)}.json`);
  }

  async #read<Value>(
    kind: string,
    name: string,
    is: (value: unknown) => value is Value,
  ): Promise<Value | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path(kind, name), "utf8"));
      return is(value) ? value : undefined;
    } catch {
      // Absent or damaged: a cache that forgets costs time, nothing else.
      return undefined;
    }
  }

  async #write(kind: string, name: string, value: unknown): Promise<void> {
    const path = this.#path(kind, name);
    const draft = join(this.#directory, `${randomUUID()}.draft`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(draft, JSON.stringify(value));
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isResult(value: unknown): value is StepResult {
  if (!isRecord(value)) return false;
  const { layer } = value;
  if (layer === undefined) return true;
  return (
    isRecord(layer) &&
    /^sha256:[0-9a-f]{64}$/.test(String(layer["digest"])) &&
    Number.isSafeInteger(layer["size"])
  );
}

function isTrace(value: unknown): value is StepTrace {
  return (
    isRecord(value) &&
    ["parent", "base", "written", "instruction"].every((name) => typeof value[name] === "string") &&
    isRecord(value["facts"])
  );
}
