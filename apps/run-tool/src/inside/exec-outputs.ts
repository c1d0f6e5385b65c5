import { copyFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ExecOutput } from "@gantry/manifest";
import type { Capture } from "./capture.ts";
import { matchedText } from "./go-reg-exp.ts";
import { RunError, errnoOf } from "./run-error.ts";

export interface ExecOutputOptions {
  readonly stdout: Capture;
  /** Where a relative file is looked for, in order. */
  readonly dirs: readonly string[];
  /** The file that the output of this name is written to. */
  readonly target: (name: string) => string;
}

/** Takes the outputs of a command: those of its JSON, then those of its text, then its files. */
export async function writeExecOutputs(
  outputs: readonly ExecOutput[],
  options: ExecOutputOptions,
): Promise<void> {
  const { stdout, target } = options;
  for (const { name, jsonPath } of outputs) {
    if (jsonPath === undefined) continue;
    const { findInJson } = await import("./json-path.ts");
    await named(name, () => writeFile(target(name), findInJson(jsonPath, stdout.text())));
  }
  for (const { name, regex } of outputs) {
    if (regex === undefined) continue;
    await named(name, () => writeFile(target(name), matchedText(regex, stdout.text())));
  }
  for (const { name, path } of outputs) {
    if (path !== undefined) await named(name, () => copyOutput(path, target(name), options.dirs));
  }
}

async function named(name: string, take: () => Promise<void>): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new RunError(`output "${name}": ${error.message}`, {
      cause: error,
      hint: error.hint,
    });
  }
}

async function copyOutput(path: string, target: string, dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) {
    try {
      return await copyFile(resolve(dir, path), target);
    } catch (cause) {
      if (errnoOf(cause) === "ENOENT") continue;
      throw new RunError(`the file ${path} cannot be read: ${errnoOf(cause)}`, { cause });
    }
  }
  throw new RunError(`the file ${path} does not exist`, {
    hint: `The command has to write it; looked in ${dirs.join(" and ")}.`,
  });
}
