import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  DriverError,
  RunFeature
} from "./chunk-W4G5GQ54.js";
import {
  external_exports
} from "./chunk-JQD4UGP3.js";

// libs/drivers/debug/src/errors.ts
function canceled() {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}
function runConflict(id) {
  return new DriverError("conflict", `There is already a run ${id}.`, {
    hint: "Remove it, or use another id."
  });
}
function invalidOptions(message) {
  return new DriverError("invalid-options", message, {
    hint: "Compare the endpoint's options with the driver's schema."
  });
}

// libs/drivers/debug/src/options.ts
var DebugOptions = external_exports.strictObject({
  /** Print the content of files that are not sensitive, too. */
  showFiles: external_exports.boolean().default(false)
});
function readOptions(options) {
  const parsed = DebugOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidOptions(`Options of the debug driver: ${issues.join("; ")}.`);
}

// libs/drivers/debug/src/probe.ts
var READY = { state: "ready", engine: "none", problems: [] };

// libs/drivers/debug/src/plan.ts
var MASK = "*****";
var MIN_SECRET = 4;
function describePlan(spec, options) {
  const plan = {
    ...spec,
    environment: spec.environment.map(
      (entry) => entry.sensitive ? { ...entry, value: MASK } : entry
    ),
    files: spec.files.map((file) => describeFile(file, options.showFiles))
  };
  const secrets = secretsOf(spec);
  const mask = (_key, value) => typeof value === "string" ? withoutSecrets(value, secrets) : value;
  return `${JSON.stringify(plan, mask, 2)}
`;
}
function describeFile(file, showFiles) {
  const { path, mode, sensitive, existing, content } = file;
  const described = {
    path,
    mode: `0${mode.toString(8)}`,
    bytes: content.length,
    existing,
    sensitive
  };
  if (sensitive) return { ...described, content: MASK };
  return showFiles ? { ...described, content: Buffer.from(content).toString("utf8") } : described;
}
function secretsOf({ environment, files }) {
  const values = [
    ...environment.filter(({ sensitive }) => sensitive).map(({ value }) => value),
    ...files.filter(({ sensitive }) => sensitive).map(({ content }) => Buffer.from(content).toString("utf8"))
  ];
  const spellings = values.flatMap((value) => [value, value.trim()]);
  return [...new Set(spellings)].filter(({ length }) => length >= MIN_SECRET).toSorted((one, other) => other.length - one.length);
}
function withoutSecrets(text, secrets) {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, MASK);
  return masked;
}

// libs/drivers/debug/src/run.ts
function debugRuns(options, platform) {
  const runs = /* @__PURE__ */ new Map();
  return {
    capabilities: {
      dryRun: true,
      platforms: [platform],
      features: RunFeature.options.filter((feature) => feature !== "recover")
    },
    handles: async () => true,
    async start(spec, signal) {
      if (signal.aborted) throw canceled();
      if (runs.has(spec.id)) throw runConflict(spec.id);
      const lines = describePlan(spec, options).match(/.*\n/g) ?? [];
      const shown = { id: spec.id, owner: spec.owner, lines };
      runs.set(spec.id, shown);
      return toRun(shown, runs);
    },
    async recover(id) {
      const shown = runs.get(id);
      return shown === void 0 ? void 0 : toRun(shown, runs);
    },
    async sweep(owner, keep) {
      const all = [...runs.values()];
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      for (const { id } of gone) runs.delete(id);
      return gone.map(({ id }) => id);
    }
  };
}
function toRun({ id, lines }, runs) {
  return {
    id,
    events: (cursor) => eventsAfter(lines, cursor),
    outcome: async () => ({ kind: "exited", exitCode: 0, outOfMemory: false }),
    async *outputs() {
    },
    async stop() {
    },
    async remove() {
      runs.delete(id);
    },
    async [Symbol.asyncDispose]() {
    }
  };
}
async function* eventsAfter(lines, cursor) {
  const from = cursor === void 0 ? 0 : Number(cursor) + 1;
  for (const [index, text] of lines.entries()) {
    if (index < from) continue;
    yield { cursor: String(index), event: { kind: "log", stream: "stdout", text } };
  }
}

// libs/drivers/debug/src/driver.ts
function createDebugDriver(given) {
  const options = readOptions(given);
  return {
    probe: async () => READY,
    run: debugRuns(options, hostPlatform()),
    async [Symbol.asyncDispose]() {
    }
  };
}
function hostPlatform() {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return `linux/${architecture}`;
}

// libs/drivers/debug/src/definition.ts
var debugDriver = {
  name: "debug",
  version: "0.1.0",
  optionsSchema: external_exports.toJSONSchema(DebugOptions, { io: "input" }),
  create: createDebugDriver
};
export {
  debugDriver
};
