import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DriverManifest, MANIFEST_FILE } from "@gantry/driver-package";
import { findExecutable } from "@gantry/process";
import { z } from "zod";
import { Fault } from "../fault.ts";
import type { Prepared } from "../supervision/launcher.ts";

/** The program of a driver as an ordinary process, which finds programs and nothing else. */
export async function ordinaryProgram(
  dir: string,
  { command: [word = "", ...args] }: DriverManifest,
  path: string,
): Promise<Prepared> {
  return {
    command: await findProgram(dir, word, path),
    args,
    env: { PATH: path },
    cwd: dir,
    confinement: { state: "unconfined", missing: ["everything: as asked for"] },
    async [Symbol.asyncDispose]() {},
  };
}

/** Reads the manifest of the package in `dir`. Throws `not-found` or `config-invalid`, with the file. */
export async function readManifestIn(dir: string): Promise<DriverManifest> {
  const file = join(dir, MANIFEST_FILE);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Fault("not-found", `There is no driver package: ${file} cannot be read.`, {
      hint: "Name a directory with a gantry-driver.json, or make one with `gantry drivers create NAME`.",
      cause,
    });
  });
  const parsed = z.safeParse(DriverManifest, parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Fault("config-invalid", `${file}: ${z.prettifyError(parsed.error)}`, {
    hint: "See docs/how-to/write-a-driver.md for the fields.",
    place: { path: file },
  });
}

/** Something that is no JSON is as wrong as JSON of the wrong shape. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function findProgram(dir: string, word: string, path: string): Promise<string> {
  if (word.includes("/")) return join(dir, word);
  if (word === "node") return process.execPath;
  const found = await findExecutable(word, path);
  if (found !== undefined) return found;
  throw new Fault("not-found", `Program ${word} of the driver is not on PATH.`, {
    hint: `Install ${word}, or name a file of the package: "command": ["./${word}"].`,
  });
}
