import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { fetchNode } from "./fetch-node.ts";
import { RunToolError } from "./run-tool-error.ts";

/** What an invocation image gets to run its actions with. */
export interface RunToolRuntime {
  /** Goes to `/cnab/app/run`; the same for all platforms. */
  readonly runFile: string;
  /** Goes to `/cnab/app/runtime/node`. */
  readonly nodeBinary: string;
  /** SemVer of that Node. */
  readonly nodeVersion: string;
  /** Changes when either file does: a build that saw the same digest need not look at them again. */
  readonly digest: `sha256:${string}`;
}

export interface RuntimeOptions {
  /** Where the Node of another platform is kept once it was fetched. Made when it is needed. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** For npm, when it has to fetch. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Node's names for the platforms that a bundle can be built for. */
const ARCHITECTURES: Readonly<Record<string, "x64" | "arm64">> = {
  "linux/amd64": "x64",
  "linux/arm64": "arm64",
  "linux/arm64/v8": "arm64",
};

/**
 * The run tool for images of `platform`, such as `linux/amd64`. Fetches Node through npm when this machine has not
 * installed it. Throws a `RunToolError`.
 */
export async function runtimeFor(
  platform: string,
  options: RuntimeOptions,
): Promise<RunToolRuntime> {
  const arch = ARCHITECTURES[platform];
  if (arch === undefined) {
    throw new RunToolError("unsupported-platform", `Bundles cannot be built for "${platform}".`, {
      hint: `Choose one of ${Object.keys(ARCHITECTURES).join(", ")}.`,
    });
  }
  const runFile = fileURLToPath(new URL("../dist/run", import.meta.url));
  const run = await readRunFile(runFile);
  const node = (await installedNode(arch)) ?? (await fetchNode(await wantedNode(arch), options));
  const digest = createHash("sha256").update(run).update(`\n${arch} ${node.version}`).digest("hex");
  return {
    runFile,
    nodeBinary: node.binary,
    nodeVersion: node.version,
    digest: `sha256:${digest}`,
  };
}

async function readRunFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new RunToolError("not-built", `The run tool ${file} does not exist.`, {
      cause,
      hint: "Run `npm run build`.",
    });
  }
}

async function installedNode(
  arch: string,
): Promise<{ binary: string; version: string } | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${arch}-24/package.json`);
    const binary = manifest.replace(/package\.json$/, "bin/node");
    await access(binary);
    const { version } = toPackage(await readFile(manifest, "utf8"));
    return { binary, version };
  } catch {
    return undefined;
  }
}

/** The npm package and the range of versions that this package asks for. */
async function wantedNode(arch: string): Promise<string> {
  const own = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const spec = toPackage(own).optionalDependencies[`node-linux-${arch}-24`];
  return spec?.replace(/^npm:/, "") ?? `node-linux-${arch}@^24.21.0`;
}

interface Package {
  readonly version: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

function toPackage(text: string): Package {
  const { version, optionalDependencies = {} }: Partial<Package> = JSON.parse(text);
  return { version: version ?? "", optionalDependencies };
}
