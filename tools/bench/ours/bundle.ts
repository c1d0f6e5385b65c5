import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { injectionFor, newClaim, newId, parseBundle, resolveParameters } from "@gantry/cnab";
import type { RunSpec } from "@gantry/driver-api";
import type { ImageRef } from "@gantry/reports";

/** The base image that a Dockerfile asks for when it is not told of another. */
const BASE = /^ARG BASE=.*$/m;

/** Copies a bundle's source, with `base` as its base image. Everything else stays as it is. */
export async function copyBundle(from: string, to: string, base: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: isSource });
  for (const name of await readdir(to)) {
    if (!name.endsWith("Dockerfile")) continue;
    const text = await readFile(join(to, name), "utf8");
    await writeFile(join(to, name), text.replace(BASE, `ARG BASE=${base}`));
  }
}

function isSource(path: string): boolean {
  return !path.endsWith("/.cnab");
}

/** How a line begins that a run prints; its number follows. */
export const LINE_PREFIX = "one line of what a bundle prints, number ";

function printingManifest(lines: number): string {
  return `schemaVersion: 1.0.1
name: printing
version: 0.1.0
registry: localhost:5000
dockerfile: template.Dockerfile
mixins: [exec]
install:
  - exec: { command: seq, arguments: ["-f", "${LINE_PREFIX}%.0f", "${lines}"] }
uninstall:
  - exec: { command: "true" }
`;
}

export interface PrintingBundle {
  readonly lines: number;
  /** `scratch` does for a driver that plays a script of its own. */
  readonly base: string;
}

/** Writes a bundle whose install prints lines. */
export async function writePrintingBundle(
  dir: string,
  { lines, base }: PrintingBundle,
): Promise<void> {
  await mkdir(dir);
  await writeFile(join(dir, "porter.yaml"), printingManifest(lines));
  await writeFile(join(dir, "template.Dockerfile"), `FROM ${base}\n`);
}

/** What the daemon would ask a driver for when the bundle built in `dir` is installed with its defaults. */
export async function installSpec(dir: string, image: ImageRef): Promise<RunSpec> {
  const bundleBytes = await readFile(join(dir, ".cnab", "bundle.json"));
  const bundle = parseBundle(bundleBytes);
  const action = "install";
  const installation = "bench";
  const { values } = resolveParameters({ bundle, action, supplied: {} });
  const claim = newClaim({ bundle, action, installation, parameters: values });
  const { environment, files } = injectionFor({
    bundle,
    bundleBytes,
    action,
    installation,
    revision: claim.revision,
    parameters: values,
    credentials: {},
    claim,
  });
  return {
    id: newId({}),
    owner: "bench",
    labels: {},
    image,
    command: ["/cnab/app/run"],
    environment,
    files: files.map((file) => ({ ...file, mode: file.sensitive ? 0o600 : 0o644 })),
    outputsDir: "/cnab/app/outputs",
    mounts: [],
    network: "default",
    privileged: false,
    capabilities: [],
    engineSocket: false,
  };
}
