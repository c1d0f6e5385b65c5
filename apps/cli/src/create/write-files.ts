import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "./file-error.ts";
import type { StarterFile } from "./starter-files.ts";

/** Writes `files` into `dir`, made when absent: all of them or none, and nothing is overwritten. */
export async function writeFiles(dir: string, files: readonly StarterFile[]): Promise<void> {
  await refuseExisting(dir, files);
  await writeAll(dir, files);
}

async function refuseExisting(dir: string, files: readonly StarterFile[]): Promise<void> {
  for (const { name } of files) {
    const path = join(dir, name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined) {
      throw new FileError("conflict", `${path} exists already; nothing was written.`, {
        hint: "Choose another directory, by another NAME.",
      });
    }
  }
}

async function writeAll(dir: string, files: readonly StarterFile[]): Promise<void> {
  const written: string[] = [];
  let made: string | undefined;
  try {
    made = await mkdir(dir, { recursive: true });
    for (const { name, text, isExecutable } of files) {
      const path = join(dir, name);
      await writeFile(path, text, { flag: "wx", mode: isExecutable === true ? 0o755 : 0o644 });
      written.push(path);
    }
  } catch (cause) {
    for (const path of written) await rm(path, { force: true });
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new FileError("unwritable", `The files cannot be written to ${dir} (${reason}).`, {
      hint: "Choose another directory, or correct its permissions.",
      cause,
    });
  }
}
