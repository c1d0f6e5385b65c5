import type { GivenValue, RunOptions } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import type { World } from "../world.ts";
import { readAssignment, readAssignments } from "./assignments.ts";
import { readFirstBuild } from "./build-options.ts";
import { readBundleSource } from "./bundle-source.ts";
import { readMount } from "./mount.ts";
import { optional } from "./optional.ts";
import { readCapabilities, readLimits } from "./powers.ts";
import {
  isSourceKind,
  type Place,
  resolveSource,
  resolveText,
  type ValueSource,
} from "./value-source.ts";

/** Everything that the flags of install, upgrade, invoke and uninstall say. Throws `UsageError`. */
export async function readRunOptions(
  given: Given,
  world: World,
  warn: (text: string) => void,
): Promise<Omit<RunOptions, "graceSeconds">> {
  const force = ["force", "force-run", "force-upgrade"].some((name) => given.has(name));
  return {
    ...optional("installation", given.argument("NAME")),
    ...optional("driver", given.text("driver")),
    namespace: given.text("namespace") ?? "",
    source: await readBundleSource(given, world),
    cwd: world.cwd,
    parameters: await readParameters(given, world),
    credentials: await readCredentials(given, world, warn),
    labels: readAssignments("--label", given.list("label")),
    ...optional("build", readFirstBuild(given, world)),
    autobuild: !given.has("autobuild-disabled"),
    logs: !given.has("no-logs"),
    debug: given.has("debug"),
    allowDockerHostAccess: readEngineAccess(given),
    mounts: given.list("mount-host-volume").map((word) => readMount(word, world.cwd)),
    ...optional("network", given.text("network")),
    privileged: given.has("privileged"),
    capabilities: readCapabilities(given),
    ...readLimits(given),
    ...optional("failOver", readFailOver(given, world)),
    force,
  };
}

/** The flag, else its variable; else the configuration decides. */
function readFailOver(given: Given, { env }: World): boolean | undefined {
  if (given.has("fail-over")) return true;
  const word = env["GANTRY_FAIL_OVER"];
  if (word === undefined || word === "") return undefined;
  if (word === "true" || word === "1") return true;
  if (word === "false" || word === "0") return false;
  throw new UsageError(`GANTRY_FAIL_OVER is "${word}".`, { hint: "Use true or false." });
}

/** As Porter's flag, alone or with a truth value; or the word for the engine's own socket. */
function readEngineAccess(given: Given): boolean | "raw" {
  const word = given.text("allow-docker-host-access") ?? "false";
  return word === "raw" ? word : word === "true";
}

async function readParameters(given: Given, world: World): Promise<Record<string, GivenValue>> {
  const values: Record<string, GivenValue> = {};
  for (const file of given.list("parameter-set")) {
    Object.assign(values, await readParameterSet(file, world));
  }
  for (const [name, text] of Object.entries(readAssignments("--param", given.list("param")))) {
    values[name] = { kind: "text", text };
  }
  return values;
}

async function readParameterSet(file: string, world: World): Promise<Record<string, GivenValue>> {
  const { readValueSet } = await import("./value-set.ts");
  const values: Record<string, GivenValue> = {};
  for (const { name, source } of await readValueSet(file, "ParameterSet", world.cwd)) {
    const place = { ...world, what: `Parameter ${name} of ${file}` };
    values[name] =
      source.kind === "json"
        ? { kind: "json", value: asJson(source.value) }
        : await readParameter(source, place);
  }
  return values;
}

/** The content of a file is the value itself, not a file's name. */
async function readParameter(source: ValueSource, place: Place): Promise<GivenValue> {
  if (source.kind !== "path") return { kind: "text", text: await resolveText(source, place) };
  const bytes = await resolveSource(source, place);
  return { kind: "file", base64: bytes.toString("base64"), name: source.hint };
}

/** What YAML reads may hold dates and the like; JSON is what the bundle's definition speaks of. */
function asJson(value: unknown): Json {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  // What JSON.parse gives is JSON.
  return plain as Json;
}

type Json = Extract<GivenValue, { kind: "json" }>["value"];

async function readCredentials(
  given: Given,
  world: World,
  warn: (text: string) => void,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const file of given.list("credential-set")) {
    const { readValueSet } = await import("./value-set.ts");
    for (const { name, source } of await readValueSet(file, "CredentialSet", world.cwd)) {
      const place: Place = { ...world, what: `Credential ${name} of ${file}` };
      if (source.kind !== "json") values[name] = await resolveText(source, place);
    }
  }
  for (const word of given.list("cred")) {
    const [name, source] = readSource(word);
    if (source.kind === "value")
      warn(
        `The value of --cred ${name} can be read in the process list; use env:, path: or command:.`,
      );
    values[name] = await resolveText(source, { ...world, what: `--cred ${name}` });
  }
  return values;
}

function readSource(word: string) {
  const isWhole = word.includes("=");
  if (!isWhole) throw badSource("--cred");
  const [name, text] = readAssignment("--cred", word);
  const at = text.indexOf(":");
  const kind = text.slice(0, Math.max(at, 0));
  if (!isSourceKind(kind)) throw badSource(`--cred ${name}`);
  return [name, { kind, hint: text.slice(at + 1) }] as const;
}

/** What was found is not shown: it may be the secret itself. */
function badSource(what: string): UsageError {
  return new UsageError(`${what} does not say where its value comes from; expected NAME=SOURCE.`, {
    hint: "SOURCE is env:VARIABLE, path:FILE, command:PROGRAM ARGUMENTS, or value:TEXT.",
  });
}
