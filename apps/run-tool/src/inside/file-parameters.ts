import { readFile, rm, writeFile } from "node:fs/promises";
import { type Manifest, parameterDestination } from "@gantry/manifest";
import { appliesTo } from "./inputs.ts";
import { type Paths, inImage } from "./paths.ts";
import { RunError, errnoOf } from "./run-error.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Turns the files of file parameters from base64 into their content, in place. One that was not given is skipped;
 * `null` means that there is no file.
 */
export async function decodeFileParameters(
  manifest: Manifest,
  action: string,
  paths: Paths,
): Promise<void> {
  for (const parameter of manifest.parameters) {
    const { path } = parameterDestination(parameter);
    if (parameter.type !== "file" || path === undefined || !appliesTo(parameter, action)) continue;
    await decode(parameter.name, inImage(paths, path));
  }
}

async function decode(name: string, file: string): Promise<void> {
  try {
    const text = (await readFile(file, "latin1")).trim();
    if (text === "null") await rm(file);
    else await writeFile(file, fromBase64(text, name));
  } catch (cause) {
    if (cause instanceof RunError) throw cause;
    if (errnoOf(cause) === "ENOENT") return;
    throw new RunError(`the file of parameter "${name}" cannot be prepared: ${errnoOf(cause)}`, {
      cause,
      hint: `The bundle's user has to be able to read and write ${file}.`,
    });
  }
}

function fromBase64(text: string, name: string): Buffer {
  const packed = text.replaceAll(/\s/g, "");
  if (BASE64.test(packed)) return Buffer.from(packed, "base64");
  throw new RunError(`the file of parameter "${name}" is not in base64`, {
    hint: "A runtime gives file parameters in base64, as their definition says.",
  });
}
