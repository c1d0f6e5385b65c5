import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  BuildFeature,
  DRIVER_ERROR_CODES,
  DriverError,
  Image,
  ObservedRun,
  Probe,
  RunFeature,
  buildNeeds,
  parsePlatform,
  runNeeds
} from "./chunk-W4G5GQ54.js";
import {
  external_exports
} from "./chunk-JQD4UGP3.js";

// libs/drivers/fake/src/build/build.ts
import { createHash as createHash3 } from "node:crypto";
import { readFile as readFile2, stat as stat2 } from "node:fs/promises";
import { join as join3 } from "node:path";

// libs/drivers/fake/src/build/build-cache.ts
import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
var BuildCache = class {
  #dir;
  constructor(stateDir) {
    this.#dir = join(stateDir, "cache");
  }
  /** Why the step cannot be taken from the cache; `undefined` when it can. */
  async missReason(key, instruction) {
    if (await exists(this.#path(key))) return void 0;
    return await exists(this.#path(instruction)) ? "What it takes in has changed." : "It was never carried out before.";
  }
  async add(key, instruction) {
    await mkdir(this.#dir, { recursive: true });
    await writeFile(this.#path(key), "");
    await writeFile(this.#path(instruction), "");
  }
  #path(key) {
    return join(this.#dir, createHash("sha256").update(key).digest("hex"));
  }
};
async function exists(path) {
  return stat(path).then(
    () => true,
    () => false
  );
}

// libs/drivers/fake/src/errors.ts
function canceled() {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}
function unsupported(need) {
  return new DriverError("unsupported", `The fake driver was not set up to do ${need}.`, {
    need,
    hint: "Add it to `buildFeatures` or `runFeatures` in the endpoint's options."
  });
}
function imageNotFound(name) {
  return new DriverError("image-not-found", `The fake driver holds no image ${name}.`, {
    hint: "Build or import it first, or use a name that begins with `fake/`."
  });
}
function runGone(id) {
  return new DriverError("not-found", `There is no run ${id}.`, {
    hint: "It was removed; start another one."
  });
}
function runConflict(id) {
  return new DriverError("conflict", `There is already a run ${id}.`, {
    hint: "Remove it, or use another id."
  });
}
function buildFailed(step, exitCode) {
  return new DriverError("build-failed", `Step \`${step}\` ended with exit code ${exitCode}.`, {
    hint: "Read what the step printed."
  });
}
function invalidDockerfile(message, location) {
  return new DriverError("invalid-request", message, { hint: "Correct the Dockerfile.", location });
}
function missingFile(path, location) {
  return new DriverError("build-failed", `${path} is not in the build context.`, {
    hint: "Check its name, and whether .dockerignore leaves it out.",
    location
  });
}
function invalidOptions(message) {
  return new DriverError("invalid-options", message, {
    hint: "Compare the endpoint's options with the driver's schema."
  });
}
function scripted(code, message) {
  return new DriverError(code, message, {
    hint: "This failure was asked for in the endpoint's options.",
    ...code === "unsupported" ? { need: "scripted" } : {}
  });
}

// libs/drivers/fake/src/build/dockerfile.ts
var WORDS = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " "
  )
);
function readDockerfile({
  text,
  path
}) {
  const stages = [];
  for (const instruction of instructionsOf(text)) {
    const { word, rest, line } = instruction;
    const location = { path, line };
    if (!WORDS.has(word)) throw invalidDockerfile(`Unknown instruction ${word}.`, location);
    if (word === "FROM") {
      const [, from = "", name] = /^(\S+)(?:\s+as\s+(\S+))?/i.exec(rest.replace(/--\S+\s+/g, "")) ?? [];
      stages.push({ from, name, line, instructions: [] });
    } else if (word !== "ARG" || stages.length > 0) {
      const stage = stages.at(-1);
      if (stage === void 0) throw invalidDockerfile(`${word} comes before FROM.`, location);
      stage.instructions.push(instruction);
    }
  }
  if (stages.length === 0) throw invalidDockerfile("The Dockerfile has no FROM.", { path });
  return stages;
}
function* instructionsOf(text) {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let whole = lines[at] ?? "";
    while (whole.endsWith("\\") && at + 1 < lines.length) {
      at += 1;
      whole = `${whole.slice(0, -1)}${lines[at]}`;
    }
    const [, word = "", rest = ""] = /^\s*([^\s#]\S*)\s*(.*)$/.exec(whole) ?? [];
    if (word !== "") yield { word: word.toUpperCase(), rest, line, text: whole.trim() };
  }
}
function pairsOf(text) {
  const pairs = text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g);
  return Object.fromEntries(
    [...pairs].map(([, key = "", value = ""]) => [key, value.replace(/^(["'])(.*)\1$/, "$2")])
  );
}

// libs/drivers/fake/src/images/image-store.ts
import { createHash as createHash2, randomUUID } from "node:crypto";
import { mkdir as mkdir2, readdir, readFile, rename, rm, writeFile as writeFile2 } from "node:fs/promises";
import { join as join2 } from "node:path";
var StoredImage = external_exports.object({ image: Image, config: external_exports.string() });
var ImageStore = class {
  #images;
  #names;
  constructor(stateDir) {
    this.#images = join2(stateDir, "images");
    this.#names = join2(stateDir, "names");
  }
  async find(ref) {
    const stored = await this.#stored(ref);
    if (stored === void 0) return void 0;
    return { ...stored.image, references: await this.#namesOf(stored.image.id) };
  }
  async config(id) {
    return (await this.#stored({ id }))?.config;
  }
  async put({ image, config }, names) {
    await mkdir2(this.#images, { recursive: true });
    await write(join2(this.#images, plain(image.id)), JSON.stringify({ image, config }));
    for (const name of names) await this.name(image.id, name);
  }
  async name(id, name) {
    await mkdir2(this.#names, { recursive: true });
    await write(join2(this.#names, keyOf(name)), JSON.stringify({ name, id }));
  }
  /** Removes a name, or the image with all its names. */
  async remove(ref) {
    if (ref.id === void 0 && ref.digest === void 0 && ref.reference !== void 0) {
      await rm(join2(this.#names, keyOf(ref.reference)), { force: true });
      return;
    }
    const stored = await this.#stored(ref);
    if (stored === void 0) return;
    const { id } = stored.image;
    for (const name of await this.#namesOf(id)) await this.remove({ reference: name });
    await rm(join2(this.#images, plain(id)), { force: true });
  }
  async #stored({ id, digest, reference }) {
    const key = id ?? digest ?? (reference === void 0 ? void 0 : await this.#idOf(reference));
    if (key === void 0) return void 0;
    const text = await read(join2(this.#images, plain(key)));
    return text === void 0 ? void 0 : StoredImage.parse(JSON.parse(text));
  }
  async #idOf(name) {
    const text = await read(join2(this.#names, keyOf(name)));
    return text === void 0 ? void 0 : Name.parse(JSON.parse(text)).id;
  }
  async #namesOf(id) {
    const files = await readdir(this.#names).catch(() => []);
    const texts = await Promise.all(
      files.filter((file) => !file.endsWith(".new")).map((file) => read(join2(this.#names, file)))
    );
    const names = texts.flatMap((text) => text === void 0 ? [] : Name.parse(JSON.parse(text)));
    return names.filter((each) => each.id === id).map((each) => each.name);
  }
};
var Name = external_exports.object({ name: external_exports.string(), id: external_exports.string() });
function nameOf({ id, digest, reference }) {
  return reference ?? id ?? digest ?? "without a name";
}
function digestOf(bytes) {
  return `sha256:${createHash2("sha256").update(bytes).digest("hex")}`;
}
function plain(digest) {
  return digest.replaceAll(/[^0-9a-f]/g, "");
}
function keyOf(name) {
  return createHash2("sha256").update(name).digest("hex");
}
async function write(path, text) {
  const next = `${path}.${randomUUID()}.new`;
  await writeFile2(next, text);
  await rename(next, path);
}
async function read(path) {
  return readFile(path, "utf8").catch(() => void 0);
}

// libs/drivers/fake/src/images/image-config.ts
var Config = external_exports.looseObject({
  os: external_exports.string(),
  architecture: external_exports.string(),
  config: external_exports.looseObject({
    User: external_exports.string().optional(),
    Labels: external_exports.record(external_exports.string(), external_exports.string()).nullish()
  })
});
var EMPTY = { user: "", labels: {}, history: [] };
function toConfig(draft, platformText) {
  const platform = parsePlatform(platformText) ?? { os: "linux", architecture: "amd64" };
  return JSON.stringify({
    architecture: platform.architecture,
    os: platform.os,
    config: { User: draft.user, Labels: draft.labels },
    rootfs: { type: "layers", diff_ids: [] },
    history: draft.history.map((created_by) => ({ created_by, empty_layer: true }))
  });
}
function describeConfig(text) {
  const { os, architecture, config } = Config.parse(JSON.parse(text));
  return {
    id: digestOf(text),
    references: [],
    platform: { os, architecture },
    size: Buffer.byteLength(text),
    user: config.User ?? "",
    labels: config.Labels ?? {}
  };
}

// libs/drivers/fake/src/pace.ts
import { setTimeout as delay } from "node:timers/promises";
async function pause(ms, signal) {
  if (signal.aborted) throw canceled();
  if (ms <= 0) return;
  try {
    await delay(ms, void 0, { signal });
  } catch {
    throw canceled();
  }
}
async function enter(verb, options, signal) {
  await pause(options.delaysMs[verb] ?? 0, signal);
  const failure = options.failures[verb];
  if (failure !== void 0) throw scripted(failure.code, failure.message);
}

// libs/drivers/fake/src/script/timeline.ts
var CHUNK = 100;
function timelineOf(script, interference) {
  return new Simulation(interference).play(script);
}
var Simulation = class {
  #events = [];
  #outputs = [];
  #termAt;
  #killAt;
  #at = 0;
  #onTerm = "default";
  #isTermDone = false;
  #outcome;
  constructor({
    termAt = Number.POSITIVE_INFINITY,
    killAt = Number.POSITIVE_INFINITY
  }) {
    this.#termAt = termAt;
    this.#killAt = killAt;
  }
  play(script) {
    for (const step of script) {
      if (this.#outcome === void 0) this.#do(step);
    }
    return {
      events: this.#events,
      outputs: this.#outputs,
      endAt: this.#at,
      outcome: this.#outcome ?? exited(0)
    };
  }
  #do(step) {
    if ("print" in step) this.#log(step.print, step.to);
    else if ("lines" in step) this.#count(step);
    else if ("sleepMs" in step) this.#sleep(step.sleepMs);
    else if ("write" in step)
      this.#outputs.push({ at: this.#at, thing: { path: step.write, text: step.text } });
    else if ("onTerm" in step) this.#onTerm = step.onTerm;
    else if ("notice" in step) this.#tell({ kind: "notice", level: step.level, text: step.notice });
    else if ("exit" in step) this.#outcome = exited(step.exit, step.outOfMemory);
    else this.#outcome = { kind: "lost", reason: step.lose };
  }
  #tell(thing) {
    this.#events.push({ at: this.#at, thing });
  }
  #log(text, stream) {
    if (text !== "") this.#tell({ kind: "log", stream, text });
  }
  #count({ lines, prefix, to }) {
    for (let from = 1; from <= lines; from += CHUNK) {
      const count = Math.min(CHUNK, lines - from + 1);
      this.#log(Array.from({ length: count }, (_, n) => `${prefix}${from + n}
`).join(""), to);
    }
  }
  /** Time passes only here, so signals arrive only here. */
  #sleep(ms) {
    const until = this.#at + ms;
    if (!this.#isTermDone && this.#termAt < until && this.#termAt <= this.#killAt)
      this.#terminate();
    if (this.#outcome !== void 0) return;
    if (this.#killAt < until) {
      this.#at = Math.max(this.#at, this.#killAt);
      this.#outcome = exited(137);
    } else {
      this.#at = until;
    }
  }
  #terminate() {
    this.#isTermDone = true;
    if (this.#onTerm === "ignore") return;
    this.#at = Math.max(this.#at, this.#termAt);
    if (this.#onTerm === "default") {
      this.#outcome = exited(143);
      return;
    }
    this.#log(this.#onTerm.print, "stdout");
    this.#outcome = exited(this.#onTerm.exit);
  }
};
function exited(exitCode, outOfMemory = false) {
  return { kind: "exited", exitCode, outOfMemory };
}

// libs/drivers/fake/src/script/words.ts
function scriptOfWords(text) {
  return text.split(/&&|;|\n/).map((part) => part.trim()).filter((part) => part !== "").map(stepOf);
}
function stepOf(command) {
  const to = command.endsWith(">&2") ? "stderr" : "stdout";
  const [word = "", ...rest] = command.replace(/>&2$/, "").trim().split(/\s+/);
  const tail = rest.join(" ");
  if (word === "echo") return { print: `${unquoted(tail)}
`, to };
  if (word === "sleep") return { sleepMs: Number(tail) * 1e3 || 0 };
  if (word === "exit") return { exit: Number(tail) || 0, outOfMemory: false };
  if (word === "false") return { exit: 1, outOfMemory: false };
  if (word === "true" || word === ":") return { sleepMs: 0 };
  return { print: `(fake) ${command}
`, to: "stdout" };
}
function unquoted(text) {
  return text.replaceAll(/(["'])(.*?)\1/g, "$2");
}

// libs/drivers/fake/src/build/build.ts
function fakeBuilds(options, stateDir, store) {
  const features = options.buildFeatures;
  const cache = new BuildCache(stateDir);
  return {
    capabilities: { platforms: [options.platform], features },
    async build(request, work) {
      const need = buildNeeds(request).find((each) => !features.includes(each));
      if (need !== void 0) throw unsupported(need);
      await enter("build", options, work.signal);
      return new FakeBuild({ request, work, store, cache, platform: options.platform }).run();
    }
  };
}
var FakeBuild = class {
  #parts;
  #steps = [];
  #stages = /* @__PURE__ */ new Map();
  #args = {};
  #missed;
  constructor(parts) {
    this.#parts = parts;
  }
  async run() {
    const { request, store, platform, work } = this.#parts;
    let draft = EMPTY;
    for (const stage of stagesFor(request)) draft = await this.#stage(stage);
    if (work.signal.aborted) throw canceled();
    const config = toConfig({ ...draft, labels: { ...draft.labels, ...request.labels } }, platform);
    const image = describeConfig(config);
    await store.put({ image, config }, request.tags);
    return { images: [await store.find({ id: image.id }) ?? image], steps: this.#steps };
  }
  async #stage(stage) {
    this.#args = {};
    this.#missed = this.#parts.request.noCache ? "The build was told to use no cache." : void 0;
    let draft = await this.#from(stage);
    for (const instruction of stage.instructions)
      draft = await this.#instruction(draft, instruction);
    if (stage.name !== void 0) this.#stages.set(stage.name.toLowerCase(), draft);
    return draft;
  }
  async #from({ from, line }) {
    if (from === "scratch") return EMPTY;
    const earlier = this.#stages.get(from.toLowerCase());
    if (earlier !== void 0) return earlier;
    const image = await this.#parts.store.find({ reference: from });
    if (image === void 0 && !from.startsWith("fake/"))
      throw imageNotFound(`${from} (line ${line})`);
    return {
      user: image?.user ?? "",
      labels: image?.labels ?? {},
      history: [`FROM ${image?.id ?? from}`]
    };
  }
  async #instruction(draft, instruction) {
    const next = await this.#next(draft, instruction);
    const key = next.history.join("\n");
    const id = createHash3("sha256").update(`${this.#steps.length} ${key}`).digest("hex").slice(0, 12);
    const reason = this.#missed ?? await this.#parts.cache.missReason(key, instruction.text);
    this.#missed = reason === void 0 ? void 0 : "A step before it was carried out again.";
    const title = instruction.text;
    const { work } = this.#parts;
    if (reason === void 0) {
      await work.report({ kind: "step", step: id, title, state: "cached", durationMs: 0 });
      this.#steps.push({ title, cached: true });
      return next;
    }
    await work.report({ kind: "step", step: id, title, state: "started", reason });
    await this.#carryOut(instruction, id);
    await this.#parts.cache.add(key, instruction.text);
    this.#steps.push({ title, cached: false, missReason: reason });
    return next;
  }
  async #next(draft, instruction) {
    const rest = this.#expand(instruction.rest);
    const history = [...draft.history, `${instruction.word} ${rest}`];
    switch (instruction.word) {
      case "ARG":
        this.#declare(instruction.rest);
        return { ...draft, history };
      case "LABEL":
        return {
          ...draft,
          history,
          labels: { ...draft.labels, ...this.#labels(instruction.rest) }
        };
      case "USER":
        return { ...draft, history, user: rest.trim() };
      case "RUN":
        return {
          ...draft,
          history: [...draft.history, `RUN ${rest} ${JSON.stringify(this.#args)}`]
        };
      case "COPY":
      case "ADD":
        return { ...draft, history: [...history, await this.#sources(instruction)] };
      default:
        return { ...draft, history };
    }
  }
  async #carryOut({ word, rest, text }, step) {
    const { work } = this.#parts;
    const ended = { kind: "step", step, title: text };
    const script = word === "RUN" ? scriptOfWords(this.#expand(rest)) : [];
    const { events, endAt, outcome } = timelineOf(script, {});
    const since = performance.now();
    try {
      for (const { at, thing } of events) {
        await pause(at - (performance.now() - since), work.signal);
        await work.report(thing.kind === "log" ? { ...thing, step } : thing);
      }
      await pause(endAt - (performance.now() - since), work.signal);
    } catch (error) {
      await work.report({ ...ended, state: "canceled" });
      throw error;
    }
    const durationMs = performance.now() - since;
    const exitCode = outcome.kind === "exited" ? outcome.exitCode : 255;
    if (exitCode === 0) return work.report({ ...ended, state: "done", durationMs });
    await work.report({ ...ended, state: "failed", durationMs, reason: `exit code ${exitCode}` });
    throw buildFailed(text, exitCode);
  }
  #declare(rest) {
    const [name = "", ...value] = rest.split("=");
    const given = this.#parts.request.buildArgs[name.trim()];
    this.#args[name.trim()] = given ?? value.join("=");
  }
  /** Variables are put in after the pairs are told apart, so that a value cannot make another pair. */
  #labels(rest) {
    const pairs = Object.entries(pairsOf(rest));
    return Object.fromEntries(pairs.map(([key, value]) => [key, this.#expand(value)]));
  }
  #expand(text) {
    return text.replaceAll(/\$\{?(\w+)\}?/g, (whole, name) => this.#args[name] ?? whole);
  }
  async #sources({ rest, line }) {
    const words = rest.split(/\s+/).filter((word) => word !== "" && !word.startsWith("--"));
    if (/--from=/.test(rest)) return "from a stage";
    const { contextDir, dockerfile } = this.#parts.request;
    const digests = words.slice(0, -1).map(async (source) => {
      const digest = await digestOfFile(join3(contextDir, source));
      if (digest === void 0) throw missingFile(source, { path: dockerfile.path, line });
      return digest;
    });
    return (await Promise.all(digests)).join(" ");
  }
};
function stagesFor({ dockerfile, target }) {
  const stages = readDockerfile(dockerfile);
  if (target === void 0) return stages;
  const last = stages.findIndex(({ name }) => name?.toLowerCase() === target.toLowerCase());
  if (last >= 0) return stages.slice(0, last + 1);
  throw invalidDockerfile(`There is no stage ${target}.`, { path: dockerfile.path });
}
async function digestOfFile(path) {
  try {
    if ((await stat2(path)).isDirectory()) return "directory";
    return createHash3("sha256").update(await readFile2(path)).digest("hex");
  } catch {
    return void 0;
  }
}

// libs/drivers/fake/src/images/images.ts
import { mkdir as mkdir3, readFile as readFile3, writeFile as writeFile3 } from "node:fs/promises";
import { join as join4 } from "node:path";
var MANIFEST = "application/vnd.oci.image.manifest.v1+json";
var CONFIG = "application/vnd.oci.image.config.v1+json";
var Descriptor = external_exports.looseObject({ digest: external_exports.string() });
var Index = external_exports.looseObject({ manifests: external_exports.array(Descriptor) });
var Manifest = external_exports.looseObject({ config: Descriptor });
function fakeImages(options, store) {
  return {
    async inspect(ref, signal) {
      await enter("inspect", options, signal);
      return store.find(ref);
    },
    async tag(ref, reference) {
      await store.name((await existing(store, ref)).id, reference);
    },
    remove: (ref) => store.remove(ref),
    async exportTo(ref, layoutDir, { signal }) {
      await enter("export", options, signal);
      const { id } = await existing(store, ref);
      return writeLayout(layoutDir, await store.config(id) ?? "");
    },
    async importFrom(layoutDir, digest, { signal }) {
      await enter("import", options, signal);
      const config = await readLayout(layoutDir, digest);
      const image = describeConfig(config);
      await store.put({ image, config }, []);
      return image;
    }
  };
}
async function existing(store, ref) {
  const image = await store.find(ref);
  if (image === void 0) throw imageNotFound(nameOf(ref));
  return image;
}
async function writeLayout(dir, config) {
  await mkdir3(join4(dir, "blobs/sha256"), { recursive: true });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: digestOf(config), size: Buffer.byteLength(config) },
    layers: []
  });
  for (const blob of [config, manifest]) await writeFile3(blobPath(dir, digestOf(blob)), blob);
  const digest = digestOf(manifest);
  const entry = { mediaType: MANIFEST, digest, size: Buffer.byteLength(manifest) };
  const others = (await readIndex(dir)).manifests.filter((each) => each.digest !== digest);
  const index = { schemaVersion: 2, manifests: [...others, entry] };
  await writeFile3(join4(dir, "index.json"), JSON.stringify(index));
  await writeFile3(join4(dir, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return digest;
}
async function readLayout(dir, digest) {
  try {
    const manifest = Manifest.parse(JSON.parse(await readFile3(blobPath(dir, digest), "utf8")));
    return await readFile3(blobPath(dir, manifest.config.digest), "utf8");
  } catch {
    throw imageNotFound(`${digest} in layout ${dir}`);
  }
}
async function readIndex(dir) {
  const text = await readFile3(join4(dir, "index.json"), "utf8").catch(() => '{"manifests":[]}');
  return Index.parse(JSON.parse(text));
}
function blobPath(dir, digest) {
  return join4(dir, "blobs/sha256", digest.replace("sha256:", ""));
}

// libs/drivers/fake/src/script/script.ts
var Stream = external_exports.enum(["stdout", "stderr"]).default("stdout");
var Step = external_exports.union([
  external_exports.strictObject({ print: external_exports.string(), to: Stream }),
  /** Prints `count` lines `<prefix>1`, `<prefix>2`, … */
  external_exports.strictObject({ lines: external_exports.int().nonnegative(), prefix: external_exports.string().default(""), to: Stream }),
  external_exports.strictObject({ sleepMs: external_exports.number().nonnegative() }),
  /** Writes an output. */
  external_exports.strictObject({ write: external_exports.string().min(1), text: external_exports.string() }),
  /** What SIGTERM does from here on. */
  external_exports.strictObject({
    onTerm: external_exports.union([
      external_exports.literal("ignore"),
      external_exports.strictObject({ print: external_exports.string(), exit: external_exports.int().min(0).max(255) })
    ])
  }),
  external_exports.strictObject({ notice: external_exports.string(), level: external_exports.enum(["info", "warning"]).default("info") }),
  external_exports.strictObject({ exit: external_exports.int().min(0).max(255), outOfMemory: external_exports.boolean().default(false) }),
  /** The engine loses the run. */
  external_exports.strictObject({ lose: external_exports.string().min(1) })
]);
var Script = external_exports.array(Step);

// libs/drivers/fake/src/options.ts
var Verb = external_exports.enum(["build", "start", "inspect", "observe", "export", "import"]);
var Failure = external_exports.strictObject({
  code: external_exports.enum(DRIVER_ERROR_CODES),
  message: external_exports.string().default("The fake driver was told to fail.")
});
var { shape } = ObservedRun;
var LIE = external_exports.strictObject({
  privileged: shape.privileged.exactOptional(),
  capabilities: shape.capabilities.exactOptional(),
  networks: shape.networks.exactOptional(),
  mounts: shape.mounts.exactOptional(),
  engineSocket: shape.engineSocket.exactOptional(),
  engineSocketSource: shape.engineSocketSource,
  environment: shape.environment.exactOptional(),
  imageId: shape.imageId,
  user: shape.user
});
var FakeOptions = external_exports.strictObject({
  /** What every program does that no other rule speaks of. */
  script: Script.default([{ print: "fake run\n", to: "stdout" }]),
  /** Scripts by image: its reference, id, digest or a label value `fake.script=NAME`. */
  scripts: external_exports.record(external_exports.string(), Script).default({}),
  /** Milliseconds that a call waits before it does anything. */
  delaysMs: external_exports.partialRecord(Verb, external_exports.number().nonnegative()).default({}),
  /** Calls that fail, after their delay. */
  failures: external_exports.partialRecord(Verb, Failure).default({}),
  probe: Probe.default({ state: "ready", engine: "fake", problems: [] }),
  platform: external_exports.string().default("linux/amd64"),
  buildFeatures: external_exports.array(BuildFeature).default(["build-args", "labels", "no-cache", "pull", "target"]),
  runFeatures: external_exports.array(RunFeature).default(["network-default", "observe", "recover"]),
  /** What it makes of a run, whatever was asked for: a driver that does not keep to the spec. */
  observed: LIE.default({}),
  imageTypes: external_exports.array(external_exports.string()).default(["docker", "oci"]),
  /** Which facets there are. */
  facets: external_exports.array(external_exports.enum(["build", "run"])).default(["build", "run"])
});
function readOptions(options) {
  const parsed = FakeOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidOptions(`Options of the fake driver: ${issues.join("; ")}.`);
}

// libs/drivers/fake/src/probe.ts
function fakeProbe({ probe }) {
  return probe;
}

// libs/drivers/fake/src/run/run-record.ts
import { randomUUID as randomUUID2 } from "node:crypto";
import { mkdir as mkdir4, open, readdir as readdir2, readFile as readFile4, rename as rename2, rm as rm2, writeFile as writeFile4 } from "node:fs/promises";
import { join as join5 } from "node:path";
var RunRecord = external_exports.object({
  id: external_exports.string(),
  owner: external_exports.string(),
  script: Script,
  observed: ObservedRun,
  /** Milliseconds since 1970. */
  startedAt: external_exports.number(),
  termAt: external_exports.number().exactOptional(),
  killAt: external_exports.number().exactOptional()
});
var RunRecords = class {
  #dir;
  constructor(stateDir) {
    this.#dir = join5(stateDir, "runs");
  }
  /** Throws `conflict` when there is a run of that id. */
  async add(record) {
    await mkdir4(this.#dir, { recursive: true });
    try {
      await using file = await open(this.#path(record.id), "wx", 384);
      await file.writeFile(JSON.stringify(record));
    } catch (error) {
      throw codeOf(error) === "EEXIST" ? runConflict(record.id) : error;
    }
  }
  async find(id) {
    try {
      return RunRecord.parse(JSON.parse(await readFile4(this.#path(id), "utf8")));
    } catch (error) {
      if (codeOf(error) === "ENOENT" || error instanceof SyntaxError) return void 0;
      throw error;
    }
  }
  async change(record) {
    const next = `${this.#path(record.id)}.${randomUUID2()}.new`;
    await writeFile4(next, JSON.stringify(record), { mode: 384 });
    await rename2(next, this.#path(record.id));
  }
  async remove(id) {
    await rm2(this.#path(id), { force: true });
  }
  async all() {
    const names = await readdir2(this.#dir).catch(() => []);
    const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    const records = await Promise.all(ids.map((id) => this.find(id)));
    return records.filter((record) => record !== void 0);
  }
  #path(id) {
    return join5(this.#dir, `${id}.json`);
  }
};
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : void 0;
}

// libs/drivers/fake/src/script/script-for.ts
var LABEL = "fake.script";
function scriptFor(spec, image, options) {
  return ofCommand(spec.command) ?? ofOptions(spec, image, options) ?? ofReference(spec.image.reference) ?? options.script;
}
function ofCommand([program, first, second]) {
  if (program === "fake" && first !== void 0) return Script.parse(JSON.parse(first));
  if (program === "sh" && first === "-c" && second !== void 0) return scriptOfWords(second);
  return void 0;
}
function ofOptions(spec, image, { scripts }) {
  const keys = [
    spec.labels[LABEL],
    image?.labels[LABEL],
    spec.image.reference,
    spec.image.id,
    spec.image.digest,
    ...image?.references ?? []
  ];
  const key = keys.find((each) => each !== void 0 && Object.hasOwn(scripts, each));
  return key === void 0 ? void 0 : scripts[key];
}
function ofReference(reference) {
  const match = /^fake\/(exit|sleep|echo)-([^:@]+)/.exec(reference ?? "");
  return match === null ? void 0 : scriptOfWords(`${match[1]} ${match[2]}`);
}

// libs/drivers/fake/src/run/run.ts
var LOOK_MS = 20;
function fakeRuns(options, stateDir, images) {
  const records = new RunRecords(stateDir);
  const features = options.runFeatures;
  return {
    capabilities: { platforms: [options.platform], features },
    handles: async (imageType) => options.imageTypes.includes(imageType),
    async start(spec, signal) {
      const need = runNeeds(spec).find((each) => !features.includes(each));
      if (need !== void 0) throw unsupported(need);
      await enter("start", options, signal);
      await records.add(await toRecord(spec, options, images));
      if (!signal.aborted) return new FakeRun(spec.id, records, options);
      await records.remove(spec.id);
      throw canceled();
    },
    recover: async (id) => await records.find(id) === void 0 ? void 0 : new FakeRun(id, records, options),
    async sweep(owner, keep) {
      const all = await records.all();
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      await Promise.all(gone.map(({ id }) => records.remove(id)));
      return gone.map(({ id }) => id);
    }
  };
}
async function toRecord(spec, options, images) {
  const image = await images.find(spec.image);
  const isPretended = spec.image.reference?.startsWith("fake/") === true;
  if (image === void 0 && !isPretended) throw imageNotFound(nameOf(spec.image));
  const script = scriptFor(spec, image, options);
  const observed = { ...toObserved(spec, image), ...options.observed };
  return { id: spec.id, owner: spec.owner, script, observed, startedAt: Date.now() };
}
function toObserved(spec, image) {
  return {
    ...image === void 0 ? {} : { imageId: image.id, user: image.user },
    privileged: spec.privileged,
    capabilities: [...spec.capabilities],
    networks: [spec.network],
    mounts: spec.mounts.map((mount) => ({ ...mount })),
    engineSocket: spec.engineSocket !== false,
    ...typeof spec.engineSocket === "object" ? { engineSocketSource: spec.engineSocket.path } : {},
    environment: spec.environment.map(({ name }) => name)
  };
}
var FakeRun = class {
  id;
  #records;
  #options;
  constructor(id, records, options) {
    this.id = id;
    this.#records = records;
    this.#options = options;
  }
  async *events(cursor, signal) {
    let next = cursor === void 0 ? 0 : Number(cursor) + 1;
    while (true) {
      if (signal.aborted) throw canceled();
      const { timeline, ranMs } = await this.#look();
      for (const due of timeline.events.slice(next).filter(({ at }) => at <= ranMs)) {
        yield { cursor: String(next), event: due.thing };
        next += 1;
      }
      if (ranMs >= timeline.endAt && next >= timeline.events.length) return;
      await pause(waitMs(timeline, ranMs, next), signal);
    }
  }
  async outcome(signal) {
    while (true) {
      if (signal.aborted) throw canceled();
      const { timeline, ranMs } = await this.#look();
      if (ranMs >= timeline.endAt) return timeline.outcome;
      await pause(Math.min(LOOK_MS, timeline.endAt - ranMs + 1), signal);
    }
  }
  async *outputs() {
    const { timeline, ranMs } = await this.#look();
    const written = timeline.outputs.filter(({ at }) => at <= ranMs).map(({ thing }) => thing);
    const byPath = new Map(written.map(({ path, text }) => [path, text]));
    for (const path of [...byPath.keys()].toSorted()) {
      const data = Buffer.from(byPath.get(path) ?? "");
      yield { path, mode: 420, uid: 0, gid: 0, data, last: true };
    }
  }
  async observe(signal) {
    await enter("observe", this.#options, signal);
    const { record } = await this.#look();
    if (record === void 0) throw runGone(this.id);
    return record.observed;
  }
  async stop({
    graceMs,
    signal
  }) {
    const { record, timeline, ranMs } = await this.#look();
    if (record === void 0 || ranMs >= timeline.endAt) return;
    const killAt = ranMs + graceMs;
    await this.#records.change({
      ...record,
      termAt: record.termAt ?? ranMs,
      killAt: Math.min(record.killAt ?? killAt, killAt)
    });
    await this.outcome(signal);
  }
  async remove() {
    await this.#records.remove(this.id);
  }
  async [Symbol.asyncDispose]() {
  }
  async #look() {
    const record = await this.#records.find(this.id);
    if (record === void 0) return { record, timeline: REMOVED, ranMs: 0 };
    return {
      record,
      timeline: timelineOf(record.script, record),
      ranMs: Date.now() - record.startedAt
    };
  }
};
var REMOVED = {
  events: [],
  outputs: [],
  endAt: 0,
  outcome: { kind: "lost", reason: "The run was removed." }
};
function waitMs({ events, endAt }, ranMs, next) {
  const due = Math.min(events[next]?.at ?? endAt, endAt);
  return Math.max(1, Math.min(LOOK_MS, due - ranMs + 1));
}

// libs/drivers/fake/src/driver.ts
function createFakeDriver(given, { stateDir }) {
  const options = readOptions(given);
  const store = new ImageStore(stateDir);
  return {
    probe: async () => fakeProbe(options),
    images: fakeImages(options, store),
    ...options.facets.includes("build") ? { build: fakeBuilds(options, stateDir, store) } : {},
    ...options.facets.includes("run") ? { run: fakeRuns(options, stateDir, store) } : {},
    async [Symbol.asyncDispose]() {
    }
  };
}

// libs/drivers/fake/src/definition.ts
var fakeDriver = {
  name: "fake",
  version: "0.1.0",
  optionsSchema: external_exports.toJSONSchema(FakeOptions, { io: "input" }),
  create: createFakeDriver
};
export {
  Script,
  Step,
  fakeDriver
};
