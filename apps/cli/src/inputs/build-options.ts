import { resolve } from "node:path";
import type { BuildOptions } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import type { World } from "../world.ts";
import { readAssignments } from "./assignments.ts";
import { readBuildSecret, readSsh } from "./build-secret.ts";
import { optional } from "./optional.ts";
import { readFields } from "./fields.ts";

/** Everything that the flags of `gantry build` say. Throws `UsageError`. */
export function readBuildOptions(given: Given, world: World): BuildOptions {
  return {
    ...readBuildInputs(given, world),
    ...optional("driver", given.text("driver")),
    ...optional("name", given.text("name")),
    ...optional("version", readVersion(given.text("version"))),
    ...optional("platform", readPlatform(given.text("platform"))),
    ...optional("target", given.text("target")),
    labels: readAssignments("--label", given.list("label")),
    cacheFrom: given.list("cache-from").map((word) => readCache("--cache-from", word)),
    cacheTo: given.list("cache-to").map((word) => readCache("--cache-to", word)),
    network: readNetwork(given.text("network")),
    force: given.has("force"),
  };
}

const FIRST_BUILD_FLAGS = [
  "build-arg",
  "build-context",
  "build-driver",
  "custom",
  "insecure-registry",
  "no-cache",
  "no-lint",
  "pull",
  "secret",
  "ssh",
];

/** What install, upgrade, invoke and uninstall take for the build that may come first; `undefined` without any such flag: then it is built as it was last. */
export function readFirstBuild(given: Given, world: World): BuildOptions | undefined {
  if (!FIRST_BUILD_FLAGS.some((flag) => given.has(flag) || given.list(flag).length > 0))
    return undefined;
  return {
    ...readBuildInputs(given, world),
    ...optional("driver", given.text("build-driver")),
    labels: {},
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    force: false,
  };
}

function readBuildInputs(given: Given, world: World) {
  return {
    custom: readAssignments("--custom", given.list("custom")),
    buildArgs: readAssignments("--build-arg", given.list("build-arg")),
    buildContexts: readContexts(given, world),
    secrets: given.list("secret").map((word) => readBuildSecret(word, world)),
    ssh: given.list("ssh").map((word) => readSsh(word, world)),
    noCache: given.has("no-cache"),
    pull: given.has("pull"),
    lint: !given.has("no-lint"),
    insecureRegistry: given.has("insecure-registry"),
  };
}

function readContexts(given: Given, { cwd }: World): Record<string, string> {
  const contexts = readAssignments("--build-context", given.list("build-context"));
  return Object.fromEntries(
    Object.entries(contexts).map(([name, dir]) => [name, resolve(cwd, dir)]),
  );
}

function readCache(flag: string, word: string): BuildOptions["cacheFrom"][number] {
  const { type, ...attributes } = Object.fromEntries(readFields(flag, word));
  if (type !== undefined && type !== "") return { type, attributes };
  throw new UsageError(`A value of ${flag} has no type: "${word}".`, {
    hint: `Write ${flag} type=registry,ref=... or the like.`,
  });
}

function readNetwork(mode: string | undefined): BuildOptions["network"] {
  return mode === "none" || mode === "host" ? mode : "default";
}

const SEMVER = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function readVersion(version: string | undefined): string | undefined {
  if (version === undefined || SEMVER.test(version)) return version;
  throw new UsageError(`--version is "${version}"; expected a semantic version.`, {
    hint: "Write --version 1.2.3.",
  });
}

function readPlatform(platform: string | undefined): string | undefined {
  if (platform === undefined || /^[^/\s]+(\/[^/\s]+){1,2}$/.test(platform)) return platform;
  throw new UsageError(`--platform is "${platform}"; expected OS/ARCHITECTURE[/VARIANT].`, {
    hint: "Write --platform linux/arm64; one build makes one platform.",
  });
}
