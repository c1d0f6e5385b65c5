import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export type Fields = Readonly<Record<string, unknown>>;

/** The manifest of a driver that asks for a little. */
export function sampleManifest(change: Fields = {}): Fields {
  return {
    schemaVersion: 1,
    name: "sample",
    version: "1.0.0",
    description: "Runs nothing.",
    publisher: "Example",
    protocols: [1],
    facets: ["run"],
    command: ["./main.sh"],
    powers: { network: ["api.example:443"] },
    ...change,
  };
}

/** Writes a driver's files below `dir`. */
export async function writeSample(
  dir: string,
  change: Fields = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const all = {
    "gantry-driver.json": JSON.stringify(sampleManifest(change)),
    "main.sh": "#!/bin/sh\nexit 1\n",
    "lib/part.txt": "part",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  await chmod(join(dir, "main.sh"), 0o755);
  return dir;
}
