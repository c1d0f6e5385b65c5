import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  DEVICES,
  climbsOut,
  commonDir,
  firstTable,
  isPattern,
  readChmod,
  secondTable,
  selectSource,
  siblings,
  sortProcPaths,
  walkTree
} from "./chunk-TZHYRHW3.js";
import {
  HOST_PATH,
  Messages,
  canceled,
  chooseMapping,
  engineUnavailable,
  fileExists,
  findTools,
  hasCode,
  invalidRun,
  invalidSandbox,
  localError,
  mapIds,
  outsideId,
  programMissing,
  readOutputs,
  rootUnusable,
  runConflict,
  runEnded,
  runGone,
  sandboxFailed,
  startMapped,
  terminalRefused,
  toLocalError,
  unsupportedNeed,
  userUnknown,
  userlandIncomplete
} from "./chunk-RRK4JANX.js";
import {
  fstabField,
  shellQuote,
  shellWords
} from "./chunk-7C3R4XYV.js";
import {
  require_ignore
} from "./chunk-WEQE6KD7.js";
import {
  ContentStore,
  RegistryClient,
  chainIds,
  copyImage,
  dockerCredentials,
  formatPlatform,
  hostPlatform,
  isOciError,
  mediaTypes,
  parsePlatform as parsePlatform2,
  parseReference,
  pullImage,
  pushImage,
  readImage,
  storeLayer,
  unpackImage,
  writeImage
} from "./chunk-DRAB2S5J.js";
import {
  DriverError,
  ObservedRun,
  buildNeeds,
  parsePlatform,
  runNeeds
} from "./chunk-W4G5GQ54.js";
import {
  ProcessError,
  Pty,
  TempDir,
  __toESM,
  external_exports,
  lineChunks,
  runCommand
} from "./chunk-JQD4UGP3.js";

// libs/drivers/local/src/driver.ts
import { mkdir as mkdir12 } from "node:fs/promises";
import { join as join22 } from "node:path";

// libs/stored-images/src/errors.ts
function imageMissing(name) {
  return new DriverError("image-not-found", `There is no image ${name} here.`, {
    hint: "Build or pull it first, or check the reference."
  });
}
function imageMismatch(message) {
  return new DriverError("image-mismatch", message, {
    hint: "Refer to the image by its digest alone, or build the bundle again."
  });
}

// libs/stored-images/src/lookup.ts
function formatImageRef(ref) {
  return ref.reference ?? ref.digest ?? ref.id ?? "without a name";
}
async function findStored(store, ref) {
  const found = await findFirst(store, ref);
  if (found === void 0) return void 0;
  if (ref.digest !== void 0 && !await hasDigest(store, found, ref.digest)) {
    throw imageMismatch(`Image ${found.configDigest} is not ${ref.digest}.`);
  }
  return found;
}
async function findFirst(store, ref) {
  if (ref.id !== void 0) return findById(store, ref.id);
  if (ref.digest !== void 0) return findByDigest(store, ref.digest);
  if (ref.reference === void 0) return void 0;
  return findByName(store, ref.reference);
}
async function findByName(store, name) {
  const reference = parseReference(name);
  const found = await readHere(store, reference.normalized);
  return found ?? (reference.digest === void 0 ? void 0 : findByDigest(store, reference.digest));
}
async function findById(store, id) {
  for (const { descriptor } of await store.list()) {
    const image = await readHere(store, descriptor);
    if (image?.configDigest === id) return image;
  }
  return void 0;
}
async function findByDigest(store, digest) {
  for (const { descriptor } of await store.list()) {
    const image = await readHere(store, descriptor);
    if (descriptor.digest === digest || image?.manifestDigest === digest) return image;
  }
  return void 0;
}
async function readHere(store, image) {
  try {
    return await readImage(store, image, hostPlatform());
  } catch (error) {
    if (isOciError(error)) return void 0;
    throw error;
  }
}
async function hasDigest(store, image, digest) {
  if (image.manifestDigest === digest) return true;
  return (await findByDigest(store, digest))?.configDigest === image.configDigest;
}
async function namesOf(store, image) {
  const names = [];
  for (const { name, descriptor } of await store.list()) {
    if (name.startsWith("sha256:")) continue;
    const same = descriptor.digest === image.manifestDigest || (await readHere(store, descriptor))?.configDigest === image.configDigest;
    if (same) names.push(name);
  }
  return names;
}
async function toImage(store, stored) {
  const { config, manifest } = stored;
  const variant = config.variant === void 0 ? {} : { variant: config.variant };
  const sizes = [manifest.config, ...manifest.layers].map(({ size }) => size);
  return {
    id: stored.configDigest,
    digest: stored.manifestDigest,
    references: (await namesOf(store, stored)).map((name) => familiar(name)),
    platform: { os: config.os, architecture: config.architecture, ...variant },
    size: sizes.reduce((sum, size) => sum + size, 0),
    user: config.config?.User ?? "",
    labels: { ...config.config?.Labels }
  };
}
function familiar(name) {
  try {
    return parseReference(name).familiar;
  } catch {
    return name;
  }
}

// libs/stored-images/src/transfer-report.ts
var EVERY_MS = 200;
var TransferReport = class {
  #work;
  #title;
  #parts = /* @__PURE__ */ new Map();
  #last = Promise.resolve();
  #lastAt = 0;
  constructor(work, title) {
    this.#work = work;
    this.#title = title;
  }
  onProgress = ({ digest, bytes, size, state }) => {
    this.#parts.set(digest, { bytes: state === "moving" ? bytes : size, size });
    if (Date.now() - this.#lastAt < EVERY_MS) return;
    this.#lastAt = Date.now();
    this.#last = this.#last.then(() => this.#report()).catch(() => void 0);
  };
  async #report() {
    const parts = [...this.#parts.values()];
    const current = parts.reduce((sum, part) => sum + part.bytes, 0);
    const total = parts.reduce((sum, part) => sum + part.size, 0);
    await this.#work.report({
      kind: "progress",
      title: this.#title,
      current,
      total,
      unit: "bytes"
    });
  }
  async [Symbol.asyncDispose]() {
    await this.#last;
    if (this.#parts.size > 0) await this.#report();
  }
};

// libs/stored-images/src/stored-images.ts
var StoredImages = class {
  #options;
  constructor(options) {
    this.#options = options;
  }
  async inspect(ref, signal) {
    return this.#during(`The look for image ${formatImageRef(ref)}`, signal, async (store) => {
      const found = await findStored(store, ref);
      return found && toImage(store, found);
    });
  }
  async tag(ref, reference, signal) {
    await this.#during(`Naming ${formatImageRef(ref)}`, signal, async (store) => {
      const { descriptor } = await present(store, ref);
      await store.tag(parseReference(reference).normalized, descriptor);
    });
  }
  async remove(ref, signal) {
    await this.#during(`The removal of ${formatImageRef(ref)}`, signal, async (store) => {
      for (const name of await namesToRemove(store, ref)) await store.untag(name);
      await this.#options.onRemoved?.(signal);
    });
  }
  async pull(reference, options) {
    return this.#during(
      `Pulling ${reference}`,
      options.signal,
      async (store) => toImage(store, await this.#pull(store, reference, options))
    );
  }
  async push(ref, reference, options) {
    return this.#during(`Pushing ${reference}`, options.signal, async (store) => {
      const { descriptor } = await present(store, ref);
      await using report = new TransferReport(options, `Pushing ${reference}`);
      const { digest, mediaType, size } = await pushImage({
        client: this.#client(options.insecureRegistries ?? []),
        store,
        image: descriptor,
        reference: parseReference(reference),
        signal: options.signal,
        onProgress: report.onProgress
      });
      return { digest, mediaType, size };
    });
  }
  async exportTo(ref, layoutDir, work) {
    return this.#during(`The export of ${formatImageRef(ref)}`, work.signal, async (store) => {
      const { descriptor, manifestDigest } = await present(store, ref);
      const to = await ContentStore.open(layoutDir);
      await copyImage({
        from: store,
        to,
        image: descriptor,
        name: manifestDigest,
        signal: work.signal
      });
      return manifestDigest;
    });
  }
  async importFrom(layoutDir, digest, work) {
    return this.#during(`The import of ${digest}`, work.signal, async (store) => {
      const from2 = await ContentStore.openLayout(layoutDir);
      const found = await present(from2, { digest });
      await copyImage({
        from: from2,
        to: store,
        image: found.descriptor,
        name: found.manifestDigest,
        signal: work.signal
      });
      return toImage(store, await present(store, { digest }));
    });
  }
  /** The image that a run asks for, made or fetched when it is not here. */
  async obtain(ref, signal) {
    const store = await this.#options.store();
    const made = ref.reference === void 0 ? void 0 : this.#maker(ref.reference);
    const found = await findStored(store, ref);
    if (found !== void 0) return found;
    if (ref.reference === void 0) throw imageMissing(formatImageRef(ref));
    if (made !== void 0) await made(signal);
    else
      await this.#pull(store, pinned(ref.reference, ref.digest), {
        signal,
        report: async () => {
        }
      });
    return present(store, ref);
  }
  #maker(reference) {
    return this.#options.makers?.get(parseReference(reference).normalized);
  }
  async #pull(store, name, options) {
    const reference = parseReference(name);
    const platform = options.platform === void 0 ? hostPlatform() : parsePlatform2(options.platform);
    const make = this.#options.makers?.get(reference.normalized);
    if (make !== void 0) {
      await make(options.signal);
      return readImage(store, reference.normalized, platform);
    }
    await using report = new TransferReport(options, `Pulling ${name}`);
    const descriptor = await pullImage({
      client: this.#client(options.insecureRegistries ?? []),
      store,
      reference,
      platform,
      signal: options.signal,
      onProgress: report.onProgress
    });
    return readImage(store, descriptor, platform);
  }
  #client(insecure) {
    const { credentials } = this.#options;
    return new RegistryClient({ insecure, ...credentials === void 0 ? {} : { credentials } });
  }
  async #during(what, signal, work) {
    try {
      signal.throwIfAborted();
      return await work(await this.#options.store());
    } catch (error) {
      throw this.#options.toError(error, what, signal);
    }
  }
};
async function present(store, ref) {
  const found = await findStored(store, ref);
  if (found === void 0) throw imageMissing(formatImageRef(ref));
  return found;
}
async function namesToRemove(store, ref) {
  const isName = ref.id === void 0 && ref.digest === void 0 && ref.reference !== void 0;
  if (isName) return [parseReference(ref.reference ?? "").normalized];
  const found = await findStored(store, ref);
  if (found === void 0) return [];
  return [...await namesOf(store, found), found.manifestDigest, found.descriptor.digest];
}
function pinned(reference, digest) {
  return digest === void 0 ? reference : withDigest(reference, digest);
}
function withDigest(text2, digest) {
  const reference = parseReference(text2);
  return `${reference.name}@${digest}`;
}

// libs/drivers/local/src/build/cache-mounts.ts
import { createHash } from "node:crypto";
import { join } from "node:path";
var CacheMounts = class {
  #directory;
  #users = /* @__PURE__ */ new Map();
  #turns = /* @__PURE__ */ new Map();
  constructor(directory) {
    this.#directory = directory;
  }
  /** Takes the directory of `id` as `sharing` says; dispose to let go of it. */
  async take(id, sharing) {
    const path = join(this.#directory, createHash("sha256").update(id).digest("hex").slice(0, 32));
    if (sharing === "locked") return this.#locked(path);
    return this.#counted(sharing === "shared" ? path : this.#free(path));
  }
  #free(path) {
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? path : `${path}-${number}`;
      if (!this.#users.has(candidate)) return candidate;
    }
  }
  async #locked(path) {
    const before = this.#turns.get(path);
    const { promise, resolve: resolve2 } = Promise.withResolvers();
    this.#turns.set(path, promise);
    await before;
    const use = this.#counted(path);
    return {
      path,
      [Symbol.dispose]: () => {
        use[Symbol.dispose]();
        resolve2();
      }
    };
  }
  #counted(path) {
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    return {
      path,
      [Symbol.dispose]: () => {
        const left = (this.#users.get(path) ?? 1) - 1;
        if (left === 0) this.#users.delete(path);
        else this.#users.set(path, left);
      }
    };
  }
};

// libs/drivers/local/src/build/facet.ts
import { join as join6 } from "node:path";

// libs/drivers/local/src/dockerfile/ignore.ts
var import_dockerignore = __toESM(require_ignore(), 1);
function readIgnore(text2) {
  const rules = import_dockerignore.default.default({ ignorecase: false }).add(text2);
  const hasExceptions = text2.split("\n").some((line) => line.trimStart().startsWith("!"));
  const isEmpty = text2.trim() === "";
  return { isIgnored: (path) => !isEmpty && rules.ignores(path), hasExceptions, isEmpty };
}

// libs/drivers/local/src/dockerfile/errors.ts
function dockerfileError(place, message, hint) {
  return new DriverError("invalid-request", `${place.path}:${place.line}: ${message}`, {
    hint,
    location: { path: place.path, line: place.line }
  });
}
function unsupportedError(place, need, options) {
  return new DriverError("unsupported", `${place.path}:${place.line}: ${options.message}`, {
    hint: options.hint,
    need,
    location: { path: place.path, line: place.line }
  });
}

// libs/drivers/local/src/dockerfile/nearest.ts
function nearestName(wrong, names) {
  const limit = Math.max(1, Math.floor(wrong.length / 3));
  const ranked = names.map((name) => ({ name, distance: distance(wrong.toLowerCase(), name.toLowerCase()) })).filter((entry) => entry.distance <= limit).toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}
function distance(a, b) {
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const edits = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits.push(at(before, j - 2) + 1);
      next.push(Math.min(...edits));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}
function at(row, index) {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

// libs/drivers/local/src/dockerfile/text/words.ts
function splitWords(text2, escape) {
  const words = [];
  let word = "";
  let quote = "";
  for (let index = 0; index < text2.length; index++) {
    const char = text2[index] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    word += char;
    if (char === escape && quote !== "'" && index + 1 < text2.length) word += text2[++index] ?? "";
    else if (quote === char) quote = "";
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
  }
  return word === "" ? words : [...words, word];
}
function splitPlain(text2) {
  return text2.split(/\s+/).filter((word) => word !== "");
}
function readJsonWords(text2) {
  if (!text2.startsWith("[")) return void 0;
  let value;
  try {
    value = JSON.parse(text2);
  } catch {
    return void 0;
  }
  if (!Array.isArray(value)) return void 0;
  const words = value.filter((item) => typeof item === "string");
  return words.length === value.length ? words : void 0;
}
function cutPair(text2) {
  const cut2 = text2.indexOf("=");
  if (cut2 < 0) return { name: text2, value: void 0 };
  return { name: text2.slice(0, cut2), value: text2.slice(cut2 + 1) };
}

// libs/drivers/local/src/dockerfile/flags.ts
function readFlags(text2, rules, place) {
  const flags = /* @__PURE__ */ new Map();
  let rest = text2;
  for (; ; ) {
    const word = splitWords(rest, "\\")[0];
    if (word === void 0 || !word.startsWith("--")) return { flags, rest };
    rest = rest.slice(rest.indexOf(word) + word.length).trimStart();
    if (word === "--") return { flags, rest };
    const { name, value } = cutPair(word.slice(2));
    checkFlag(name, rules, place);
    const values = flags.get(name) ?? [];
    if (values.length > 0 && rules.repeatable?.includes(name) !== true) {
      throw dockerfileError(place, `--${name} is given twice`, `Give --${name} once.`);
    }
    flags.set(name, [...values, unquote(value ?? "true")]);
  }
}
function checkFlag(name, rules, place) {
  if (rules.known.includes(name)) return;
  const instead = rules.refused?.[name];
  if (instead !== void 0) {
    throw unsupportedError(place, `dockerfile-${rules.keyword.toLowerCase()}-${name}`, {
      message: `${rules.keyword} --${name} is not supported`,
      hint: instead
    });
  }
  const near = nearestName(name, rules.known);
  const all = rules.known.map((flag) => `--${flag}`).join(", ");
  const expected = rules.known.length === 0 ? `${rules.keyword} takes no flags.` : `Expected ${all}.`;
  const hint = near === void 0 ? expected : `Did you mean --${near}? ${expected}`;
  throw dockerfileError(place, `unknown flag --${name} of ${rules.keyword}`, hint);
}
function unquote(value) {
  const match = /^(["'])(.*)\1$/s.exec(value);
  return match?.[2] ?? value;
}
function flagValue(flagged, name) {
  return flagged.flags.get(name)?.[0];
}
function readSwitch(text2, name, place) {
  if (/^(?:1|t|true)$/i.test(text2)) return true;
  if (/^(?:0|f|false)$/i.test(text2)) return false;
  throw dockerfileError(place, `${name} is ${JSON.stringify(text2)}`, "Expected true or false.");
}

// libs/drivers/local/src/dockerfile/text/pattern.ts
function matchPrefix(value, pattern, longest) {
  const match = new RegExp(`^${toSource(pattern, longest)}`, "su").exec(value);
  return match === null ? value : value.slice(match[0].length);
}
function matchSuffix(value, pattern, longest) {
  const whole = new RegExp(`^${toSource(pattern, true)}$`, "su");
  const starts = Array.from({ length: value.length + 1 }, (_, index) => index);
  const order = longest ? starts : starts.toReversed();
  const start = order.find((index) => whole.test(value.slice(index)));
  return start === void 0 ? value : value.slice(0, start);
}
function replacePattern(value, pattern, options) {
  const source = new RegExp(toSource(pattern, true), options.all ? "gsu" : "su");
  return value.replace(source, () => options.by);
}
function toSource(pattern, greedy) {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] ?? "";
    if (char === "*") source += greedy ? ".*" : ".*?";
    else if (char === "?") source += ".";
    else if (char === "\\" && index + 1 < pattern.length)
      source += RegExp.escape(pattern[++index] ?? "");
    else source += RegExp.escape(char);
  }
  return source;
}

// libs/drivers/local/src/dockerfile/text/expand.ts
var ExpansionError = class extends Error {
  name = "ExpansionError";
};
function expandWord(text2, options) {
  return new Expander(text2, options).run().map((piece) => piece.text).join("");
}
function expandWords(text2, options) {
  const words = [];
  let word;
  for (const piece of new Expander(text2, options).run()) {
    if (piece.raw) {
      word = (word ?? "") + piece.text;
      continue;
    }
    for (const char of piece.text) {
      if (!/\s/.test(char)) word = (word ?? "") + char;
      else if (word !== void 0) {
        words.push(word);
        word = void 0;
      }
    }
  }
  return word === void 0 ? words : [...words, word];
}
var Expander = class {
  #text;
  #options;
  #at = 0;
  constructor(text2, options) {
    this.#text = text2;
    this.#options = options;
  }
  run() {
    return this.#until(void 0, false);
  }
  /** Reads up to `stop` and past it. With `keepEscapes` an escape stays in front of what it escapes, for patterns. */
  #until(stop, keepEscapes) {
    const pieces = [];
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === stop) {
        this.#at += 1;
        return pieces;
      }
      pieces.push(this.#piece(char, keepEscapes));
    }
    if (stop !== void 0) throw new ExpansionError(`"${stop}" is missing in ${this.#quoted()}`);
    return pieces;
  }
  #piece(char, keepEscapes) {
    if (char === "$") return { text: this.#dollar(), raw: false };
    if (this.#options.literalQuotes !== true) {
      if (char === "'") return { text: this.#single(), raw: true };
      if (char === '"') return { text: this.#double(), raw: true };
    }
    this.#at += 1;
    if (char !== this.#options.escape) return { text: char, raw: false };
    const escaped = this.#next();
    return { text: keepEscapes ? char + escaped : escaped, raw: true };
  }
  #single() {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ExpansionError(`a single quote is not closed in ${this.#quoted()}`);
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }
  #double() {
    this.#at += 1;
    let result = "";
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === '"') {
        this.#at += 1;
        return result;
      }
      result += char === "$" ? this.#dollar() : this.#quotedChar();
    }
    throw new ExpansionError(`a double quote is not closed in ${this.#quoted()}`);
  }
  #quotedChar() {
    const char = this.#next();
    if (char !== this.#options.escape) return char;
    const following = this.#peek();
    return following === '"' || following === "$" || following === char ? this.#next() : char;
  }
  #dollar() {
    this.#at += 1;
    if (this.#peek() !== "{") {
      const name2 = this.#name();
      return name2 === "" ? "$" : this.#options.lookup(name2) ?? "";
    }
    this.#at += 1;
    const name = this.#name();
    if (name === "")
      throw new ExpansionError(`a variable name is missing after \${ in ${this.#quoted()}`);
    return this.#modified(name, this.#options.lookup(name));
  }
  #modified(name, value) {
    const operator = this.#next();
    if (operator === "}") return value ?? "";
    if (operator === "#" || operator === "%") return this.#trimmed(value ?? "", operator);
    if (operator === "/") return this.#replaced(value ?? "");
    const colon = operator === ":";
    const modifier = colon ? this.#next() : operator;
    if (!["-", "+", "?"].includes(modifier)) this.#badModifier(name, operator, modifier);
    const word = this.#joined("}", false);
    const present2 = colon ? (value ?? "") !== "" : value !== void 0;
    if (modifier === "-") return present2 ? value ?? "" : word;
    if (modifier === "+") return present2 ? word : "";
    if (!present2) throw new ExpansionError(`${name}: ${word === "" ? "is not set" : word}`);
    return value ?? "";
  }
  #badModifier(name, operator, modifier) {
    if (operator === "") throw new ExpansionError(`"}" is missing in ${this.#quoted()}`);
    const shown = operator === ":" ? `:${modifier}` : modifier;
    throw new ExpansionError(`unknown modifier "${shown}" after \${${name} in ${this.#quoted()}`);
  }
  #trimmed(value, operator) {
    const longest = this.#peek() === operator;
    if (longest) this.#at += 1;
    const pattern = this.#joined("}", true);
    const match = operator === "#" ? matchPrefix : matchSuffix;
    return match(value, pattern, longest);
  }
  #replaced(value) {
    const all = this.#peek() === "/";
    if (all) this.#at += 1;
    const pattern = this.#joined("/", true);
    return replacePattern(value, pattern, { all, by: this.#joined("}", false) });
  }
  #joined(stop, keepEscapes) {
    return this.#until(stop, keepEscapes).map((piece) => piece.text).join("");
  }
  #name() {
    const match = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#])/.exec(this.#text.slice(this.#at));
    this.#at += match?.[0].length ?? 0;
    return match?.[0] ?? "";
  }
  #peek() {
    return this.#text[this.#at] ?? "";
  }
  #next() {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }
  #quoted() {
    return JSON.stringify(this.#text);
  }
};

// libs/drivers/local/src/dockerfile/text/heredoc.ts
var SHAPE = /^\d*<<(-?)([^<]+)$/s;
function findHeredocs(text2) {
  return splitQuoted(text2).flatMap((word) => readHeredoc(word) ?? []);
}
function readHeredoc(word) {
  const match = SHAPE.exec(word);
  const rest = match?.[2] ?? "";
  if (match === null || splitQuoted(rest).length !== 1) return void 0;
  try {
    const name = expandWord(rest, { escape: "\\", lookup: (variable) => `$${variable}` });
    return { name, chomp: match[1] === "-", expand: name === rest };
  } catch (error) {
    if (error instanceof ExpansionError) return void 0;
    throw error;
  }
}
function heredocText(heredoc) {
  return heredoc.chomp ? heredoc.content.replaceAll(/^\t+/gm, "") : heredoc.content;
}
function splitQuoted(text2) {
  return text2.match(/(?:\\.|'[^']*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)|[^\s'"\\]|\\$)+/gs) ?? [];
}

// libs/drivers/local/src/dockerfile/text/lines.ts
var DIRECTIVE = /^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/;
var TAKES_HEREDOC = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;
function readDirectives(text2, path) {
  let escape = "\\";
  for (const [index, line] of toLines(text2).entries()) {
    const match = DIRECTIVE.exec(line.trim());
    if (match === null) break;
    if (match[1]?.toLowerCase() !== "escape") continue;
    escape = match[2] ?? "";
    if (escape !== "\\" && escape !== "`") {
      const place = { path, line: index + 1 };
      throw dockerfileError(
        place,
        `escape directive ${JSON.stringify(escape)}`,
        "Expected \\ or `."
      );
    }
  }
  return { escape };
}
function readLines(text2, path, escape) {
  return new LineReader(toLines(text2), path, escape).all();
}
function toLines(text2) {
  const lines = text2.replace(/^\uFEFF/, "").split("\n");
  return lines.map((line) => line.replace(/\r$/, ""));
}
var isComment = (line) => /^\s*#/.test(line);
var LineReader = class {
  #lines;
  #path;
  #continuation;
  #at = 0;
  constructor(lines, path, escape) {
    this.#lines = lines;
    this.#path = path;
    const mark = RegExp.escape(escape);
    this.#continuation = new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
  }
  all() {
    const found = [];
    while (this.#at < this.#lines.length) {
      const first = this.#lines[this.#at] ?? "";
      if (first.trim() === "" || isComment(first)) this.#at += 1;
      else found.push(this.#instruction());
    }
    return found.filter((line) => line.text !== "");
  }
  #instruction() {
    const line = this.#at + 1;
    const text2 = this.#joined().trim();
    const starts = TAKES_HEREDOC.test(text2) ? findHeredocs(text2) : [];
    const place = { path: this.#path, line };
    return { line, text: text2, heredocs: starts.map((start) => this.#heredoc(start, place)) };
  }
  #joined() {
    let text2 = "";
    let open4 = true;
    for (let first = true; open4 && this.#at < this.#lines.length; first = false) {
      const line = this.#lines[this.#at] ?? "";
      this.#at += 1;
      if (!first && (line.trim() === "" || isComment(line))) continue;
      open4 = this.#continuation.test(line);
      text2 += open4 ? line.replace(this.#continuation, "$1") : line;
    }
    return text2;
  }
  #heredoc(start, place) {
    let content = "";
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? "";
      this.#at += 1;
      if ((start.chomp ? line.replace(/^\t+/, "") : line) === start.name)
        return { ...start, content };
      content += `${line}
`;
    }
    throw dockerfileError(
      place,
      `the here-document ${start.name} does not end`,
      `Put a line with ${start.name} alone after its text.`
    );
  }
};

// libs/drivers/local/src/dockerfile/healthcheck.ts
var KNOWN = ["interval", "timeout", "start-period", "start-interval", "retries"];
function readHealthcheck(raw) {
  const { flags, rest } = readFlags(raw.rest, { keyword: "HEALTHCHECK", known: KNOWN }, raw.place);
  const [, type = "", body = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  const given = [...flags].map(([name, values]) => [name, values[0] ?? ""]);
  const options = Object.fromEntries(
    given.map(([name, text2]) => [name, readOption(name, text2, raw.place)])
  );
  if (type.toUpperCase() === "NONE" && body === "")
    return { kind: "healthcheck", test: "NONE", options };
  if (type.toUpperCase() === "CMD" && body !== "")
    return { kind: "healthcheck", test: readTest(body), options };
  throw dockerfileError(raw.place, `HEALTHCHECK ${rest}`, "Expected NONE or CMD with a command.");
}
function readTest(body) {
  const words = readJsonWords(body);
  return words === void 0 ? { form: "shell", text: body } : { form: "exec", words };
}
function readOption(name, text2, place) {
  if (name !== "retries") return readDuration(text2, name, place);
  if (/^\d{1,6}$/.test(text2)) return Number(text2);
  throw dockerfileError(place, `--retries=${text2}`, "Expected a number.");
}
var UNITS = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 36e11
};
function readDuration(text2, name, place) {
  const parts = [...text2.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map((part) => part[0]).join("") === text2) {
    return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0), 0);
  }
  if (text2 === "0") return 0;
  throw dockerfileError(place, `--${name}=${text2}`, "Expected a duration such as 30s or 1m30s.");
}

// libs/drivers/local/src/dockerfile/mount.ts
var KEYS = {
  bind: ["target", "source", "from", "rw"],
  cache: ["id", "target", "source", "from", "ro", "sharing", "mode", "uid", "gid"],
  tmpfs: ["target", "size"],
  secret: ["id", "target", "env", "required", "mode", "uid", "gid"]
};
var ALIASES = {
  dst: "target",
  destination: "target",
  src: "source",
  readonly: "ro",
  readwrite: "rw"
};
function readMount(text2, place) {
  const options = readOptions(text2, place);
  const type = options.get("type") ?? "bind";
  if (type === "ssh") {
    throw unsupportedError(place, "ssh", {
      message: "RUN --mount=type=ssh is not supported",
      hint: "Use a secret for the key, or a driver that declares ssh."
    });
  }
  const fields = new Fields(options, text2, place);
  switch (type) {
    case "bind":
      return bind(fields.only(KEYS.bind, type));
    case "cache":
      return cache(fields.only(KEYS.cache, type));
    case "tmpfs":
      return tmpfs(fields.only(KEYS.tmpfs, type));
    case "secret":
      return secret(fields.only(KEYS.secret, type));
    default:
      throw dockerfileError(
        place,
        `unknown mount type ${JSON.stringify(type)}`,
        "Expected bind, cache, tmpfs or secret."
      );
  }
}
function readOptions(text2, place) {
  const options = /* @__PURE__ */ new Map();
  for (const part of splitCsv(text2)) {
    const { name, value } = cutPair(part);
    const lower = name.trim().toLowerCase();
    const key = ALIASES[lower] ?? lower;
    if (options.has(key)) {
      throw dockerfileError(place, `${key} is given twice in --mount=${text2}`, "Give it once.");
    }
    options.set(key, value ?? "true");
  }
  const type = options.get("type") ?? "bind";
  const [known, other] = type === "cache" ? ["ro", "rw"] : ["rw", "ro"];
  const opposite = options.get(other ?? "");
  if (opposite !== void 0 && (type === "cache" || type === "bind")) {
    options.delete(other ?? "");
    options.set(known ?? "", String(!readSwitch(opposite, other ?? "", place)));
  }
  return options;
}
function splitCsv(text2) {
  const parts = text2.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? [];
  return parts.map(
    (part) => part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.replaceAll('"', "")
  );
}
var Fields = class {
  #options;
  #text;
  #place;
  constructor(options, text2, place) {
    this.#options = options;
    this.#text = text2;
    this.#place = place;
  }
  only(known, type) {
    for (const key of this.#options.keys()) {
      if (key === "type" || known.includes(key)) continue;
      const near = nearestName(key, known);
      const hint = `${near === void 0 ? "" : `Did you mean ${near}? `}Expected ${known.join(", ")}.`;
      throw dockerfileError(this.#place, `unknown option ${key} of a ${type} mount`, hint);
    }
    return this;
  }
  get(key) {
    return this.#options.get(key);
  }
  target() {
    const target = this.get("target");
    return target === void 0 || target === "" ? this.#bad("has no target", "Add target=PATH.") : target;
  }
  flag(key) {
    return readSwitch(this.get(key) ?? "false", key, this.#place);
  }
  number(key, fallback) {
    const text2 = this.get(key);
    if (text2 === void 0) return fallback;
    return /^\d{1,10}$/.test(text2) ? Number(text2) : this.#bad(`has ${key}=${text2}`, "Expected a number.");
  }
  mode(fallback) {
    const text2 = this.get("mode");
    if (text2 === void 0) return fallback;
    if (/^[0-7]{1,5}$/.test(text2)) return Number.parseInt(text2, 8);
    return this.#bad(`has mode=${text2}`, "Expected octal digits such as 0755.");
  }
  sharing() {
    const text2 = this.get("sharing") ?? "shared";
    if (text2 === "shared" || text2 === "private" || text2 === "locked") return text2;
    return this.#bad(`has sharing=${text2}`, "Expected shared, private or locked.");
  }
  size() {
    const text2 = this.get("size");
    if (text2 === void 0) return void 0;
    const match = /^(\d+)([kmgt]?)i?b?$/i.exec(text2);
    if (match === null)
      return this.#bad(`has size=${text2}`, "Expected bytes, or a number with k, m or g.");
    return Number(match[1]) * 1024 ** " kmgt".indexOf(match[2]?.toLowerCase() || " ");
  }
  secretId() {
    const id = this.get("id") ?? this.get("target")?.split("/").at(-1);
    return id === void 0 || id === "" ? this.#bad("has no id", "Add id=NAME.") : id;
  }
  #bad(what, hint) {
    throw dockerfileError(this.#place, `--mount=${this.#text} ${what}`, hint);
  }
};
var from = (fields) => {
  const name = fields.get("from");
  return name === void 0 || name === "" ? {} : { from: name };
};
function bind(fields) {
  return {
    type: "bind",
    target: fields.target(),
    source: fields.get("source") ?? "/",
    ...from(fields),
    writable: fields.flag("rw")
  };
}
function cache(fields) {
  return {
    type: "cache",
    id: fields.get("id") ?? fields.target(),
    target: fields.target(),
    source: fields.get("source") ?? "/",
    ...from(fields),
    readOnly: fields.flag("ro"),
    sharing: fields.sharing(),
    mode: fields.mode(493),
    uid: fields.number("uid", 0),
    gid: fields.number("gid", 0)
  };
}
function tmpfs(fields) {
  const sizeBytes = fields.size();
  return {
    type: "tmpfs",
    target: fields.target(),
    ...sizeBytes === void 0 ? {} : { sizeBytes }
  };
}
function secret(fields) {
  const id = fields.secretId();
  const env = fields.get("env");
  const target = fields.get("target") ?? (env === void 0 ? `/run/secrets/${id}` : void 0);
  return {
    type: "secret",
    id,
    ...target === void 0 ? {} : { target },
    ...env === void 0 ? {} : { env },
    required: fields.flag("required"),
    mode: fields.mode(256),
    uid: fields.number("uid", 0),
    gid: fields.number("gid", 0)
  };
}

// libs/drivers/local/src/dockerfile/parse-run.ts
var RULES = {
  keyword: "RUN",
  known: ["mount", "network"],
  repeatable: ["mount"],
  refused: {
    security: "Remove --security: every step runs without privileges over the host.",
    device: "Remove --device: steps get no devices of the host."
  }
};
function readRun(raw) {
  const flagged = readFlags(raw.rest, RULES, raw.place);
  const network = flagValue(flagged, "network");
  if (network !== void 0 && !["default", "none", "host"].includes(network)) {
    throw dockerfileError(raw.place, `RUN --network=${network}`, "Expected default, none or host.");
  }
  if (flagged.rest === "")
    throw dockerfileError(raw.place, "RUN has no command", "Add what to run.");
  const words = readJsonWords(flagged.rest);
  const mounts = flagged.flags.get("mount") ?? [];
  for (const mount of mounts) if (!mount.includes("$")) readMount(mount, raw.place);
  return {
    kind: "run",
    command: words === void 0 ? { form: "shell", text: flagged.rest } : { form: "exec", words },
    heredocs: raw.heredocs,
    mounts,
    ...network === void 0 ? {} : { network }
  };
}

// libs/drivers/local/src/dockerfile/parse-transfer.ts
var REFUSED = {
  exclude: "List what must not be copied in .dockerignore.",
  parents: "Copy each directory to its own target."
};
var COPY = { keyword: "COPY", known: ["from", "chown", "chmod", "link"], refused: REFUSED };
var ADD = {
  keyword: "ADD",
  known: ["chown", "chmod", "link"],
  refused: {
    ...REFUSED,
    checksum: "Only local files can be added: put the file into the context.",
    "keep-git-dir": "Only local files can be added: put the checkout into the context.",
    unpack: "Archives are always unpacked by ADD; use COPY to keep them packed."
  }
};
function readCopy(raw) {
  const { transfer, from: from2 } = readTransfer(raw, COPY);
  if (from2 !== void 0 && from2.includes("$")) {
    throw dockerfileError(
      raw.place,
      `COPY --from=${from2} has a variable`,
      "Variables are not expanded there: write FROM with the variable AS a stage and copy from that."
    );
  }
  return { kind: "copy", ...transfer, ...from2 === void 0 ? {} : { from: from2 } };
}
function readAdd(raw) {
  const { transfer } = readTransfer(raw, ADD);
  const remote = transfer.sources.find(
    (source) => /^(?:https?|ftp|git|ssh):\/\/|^git@/i.test(source)
  );
  if (remote !== void 0) {
    throw unsupportedError(raw.place, "dockerfile-add-remote", {
      message: `ADD ${remote} fetches from the network, which is not supported`,
      hint: "Put the file into the build context, or fetch it in a RUN."
    });
  }
  return { kind: "add", ...transfer };
}
function readTransfer(raw, rules) {
  const flagged = readFlags(raw.rest, rules, raw.place);
  const words = readJsonWords(flagged.rest) ?? splitWords(flagged.rest, raw.escape);
  const target = words.at(-1);
  const sources = words.slice(0, -1);
  if (target === void 0 || sources.length === 0) {
    throw dockerfileError(
      raw.place,
      `${raw.keyword} ${flagged.rest} has no ${words.length === 0 ? "source" : "target"}`,
      `Write ${raw.keyword} SOURCE... TARGET.`
    );
  }
  const link = flagValue(flagged, "link");
  if (link !== void 0) readSwitch(link, "--link", raw.place);
  const chown2 = flagValue(flagged, "chown");
  const chmod3 = flagValue(flagged, "chmod");
  return {
    from: flagValue(flagged, "from"),
    transfer: {
      sources: raw.heredocs.length === 0 ? sources : sources.filter((word) => readHeredoc(word) === void 0),
      heredocs: raw.heredocs,
      target,
      ...chown2 === void 0 ? {} : { chown: chown2 },
      ...chmod3 === void 0 ? {} : { chmod: chmod3 }
    }
  };
}

// libs/drivers/local/src/dockerfile/parse-instruction.ts
var READERS = {
  ADD: readAdd,
  ARG: readArg,
  CMD: (raw) => ({ kind: "cmd", command: readCommand(raw.rest) }),
  COPY: readCopy,
  ENTRYPOINT: (raw) => ({ kind: "entrypoint", command: readCommand(raw.rest) }),
  ENV: (raw) => ({ kind: "env", pairs: readPairs(raw) }),
  EXPOSE: (raw) => ({ kind: "expose", ports: splitPlain(raw.rest) }),
  HEALTHCHECK: readHealthcheck,
  LABEL: (raw) => ({ kind: "label", pairs: readPairs(raw) }),
  MAINTAINER: (raw) => ({ kind: "maintainer", name: raw.rest }),
  ONBUILD: readOnbuild,
  RUN: readRun,
  SHELL: readShell,
  STOPSIGNAL: (raw) => ({ kind: "stopsignal", signal: raw.rest }),
  USER: (raw) => ({ kind: "user", user: raw.rest }),
  VOLUME: (raw) => ({ kind: "volume", paths: readJsonWords(raw.rest) ?? splitPlain(raw.rest) }),
  WORKDIR: (raw) => ({ kind: "workdir", path: raw.rest })
};
var KEYWORDS = ["FROM", ...Object.keys(READERS)].toSorted();
var MAY_BE_EMPTY = /* @__PURE__ */ new Set(["CMD", "ENTRYPOINT"]);
function toRaw(line, escape, path) {
  const match = /^(\S+)\s*(.*)$/s.exec(line.text);
  return {
    keyword: (match?.[1] ?? "").toUpperCase(),
    rest: (match?.[2] ?? "").trim(),
    heredocs: line.heredocs,
    escape,
    place: { path, line: line.line }
  };
}
function readInstruction(raw) {
  const reader = Object.hasOwn(READERS, raw.keyword) ? READERS[raw.keyword] : void 0;
  if (reader === void 0) {
    const near = nearestName(raw.keyword, KEYWORDS);
    const all = `Expected one of ${KEYWORDS.join(", ")}.`;
    throw dockerfileError(
      raw.place,
      `unknown instruction ${JSON.stringify(raw.keyword)}`,
      near === void 0 ? all : `Did you mean ${near}? ${all}`
    );
  }
  if (raw.rest === "" && !MAY_BE_EMPTY.has(raw.keyword)) {
    throw dockerfileError(raw.place, `${raw.keyword} has no arguments`, "Add what it needs.");
  }
  return { ...reader(raw), line: raw.place.line, text: `${raw.keyword} ${raw.rest}`.trim() };
}
function readCommand(rest) {
  const words = readJsonWords(rest);
  return words === void 0 ? { form: "shell", text: rest } : { form: "exec", words };
}
function readArg(raw) {
  const entries = splitWords(raw.rest, raw.escape).map((word) => {
    const { name, value } = cutPair(word);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw dockerfileError(
        raw.place,
        `argument name ${JSON.stringify(name)}`,
        "Expected NAME or NAME=default."
      );
    }
    return value === void 0 ? { name } : { name, value };
  });
  return { kind: "arg", entries };
}
function readPairs(raw) {
  const words = splitWords(raw.rest, raw.escape);
  if (words[0]?.includes("=") === true) return words.map((word) => readPair(word, raw));
  const match = /^(\S+)\s+(.+)$/s.exec(raw.rest);
  if (match === null) {
    throw dockerfileError(
      raw.place,
      `${raw.keyword} ${raw.rest} has no value`,
      `Write ${raw.keyword} ${raw.rest}=value.`
    );
  }
  return [{ name: match[1] ?? "", value: match[2] ?? "" }];
}
function readPair(word, raw) {
  const { name, value } = cutPair(word);
  if (value !== void 0 && name !== "") return { name, value };
  throw dockerfileError(
    raw.place,
    `${raw.keyword} has ${JSON.stringify(word)}`,
    "Expected name=value; quote values that contain white space."
  );
}
function readShell(raw) {
  const words = readJsonWords(raw.rest);
  if (words !== void 0 && words.length > 0) return { kind: "shell", words };
  throw dockerfileError(
    raw.place,
    `SHELL has ${raw.rest}`,
    'Expected JSON: SHELL ["/bin/bash", "-c"].'
  );
}
function readOnbuild(raw) {
  const keyword = raw.rest.split(/\s/)[0]?.toUpperCase() ?? "";
  if (["ONBUILD", "FROM", "MAINTAINER"].includes(keyword)) {
    throw dockerfileError(
      raw.place,
      `${keyword} cannot be a trigger`,
      "Use another instruction after ONBUILD."
    );
  }
  readInstruction(
    toRaw(
      { line: raw.place.line, text: raw.rest, heredocs: raw.heredocs },
      raw.escape,
      raw.place.path
    )
  );
  const documents = raw.heredocs.map((heredoc) => `
${heredoc.content}${heredoc.name}`).join("");
  return { kind: "onbuild", trigger: raw.rest + documents };
}

// libs/drivers/local/src/dockerfile/parse.ts
function parseDockerfile(text2, path) {
  const { escape } = readDirectives(text2, path);
  const globalArgs = [];
  const stages = [];
  for (const line of readLines(text2, path, escape)) {
    const raw = toRaw(line, escape, path);
    if (raw.keyword === "FROM") stages.push(readFrom(raw, stages));
    else placeInstruction(readInstruction(raw), { globalArgs, stages, path });
  }
  if (stages.length > 0) return { path, escape, globalArgs, stages };
  throw dockerfileError(
    { path, line: 1 },
    "there is no FROM",
    "Begin with FROM image, or FROM scratch."
  );
}
function parseTrigger(trigger, place) {
  const [line] = readLines(trigger, place.path, "\\");
  const raw = toRaw(line ?? { line: 1, text: "", heredocs: [] }, "\\", place.path);
  return readInstruction({ ...raw, place });
}
function placeInstruction(instruction, into) {
  const stage = into.stages.at(-1);
  if (stage !== void 0) stage.instructions.push(instruction);
  else if (instruction.kind === "arg") into.globalArgs.push(instruction);
  else {
    throw dockerfileError(
      { path: into.path, line: instruction.line },
      `${instruction.text.split(" ")[0] ?? ""} stands before the first FROM`,
      "Only ARG may stand before FROM."
    );
  }
}
function readFrom(raw, before) {
  const flagged = readFlags(raw.rest, { keyword: "FROM", known: ["platform"] }, raw.place);
  const [base, as, name, ...more] = splitPlain(flagged.rest);
  const wrong = as !== void 0 && (as.toUpperCase() !== "AS" || name === void 0 || more.length > 0);
  if (base === void 0 || wrong) {
    throw dockerfileError(
      raw.place,
      `FROM ${raw.rest}`,
      "Expected FROM [--platform=P] IMAGE [AS NAME]."
    );
  }
  const platform = flagValue(flagged, "platform");
  return {
    index: before.length,
    line: raw.place.line,
    text: `FROM ${raw.rest}`,
    base,
    instructions: [],
    ...name === void 0 ? {} : { name: checkName(name, before, raw.place) },
    ...platform === void 0 ? {} : { platform }
  };
}
function checkName(name, before, place) {
  const lower = name.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(lower)) {
    throw dockerfileError(
      place,
      `stage name ${JSON.stringify(name)}`,
      "Expected a letter, then letters, digits, '-', '_' or '.'."
    );
  }
  const same = before.find((stage) => stage.name === lower);
  if (same === void 0) return lower;
  throw dockerfileError(
    place,
    `stage ${lower} exists already in line ${same.line}`,
    "Name each stage differently."
  );
}

// libs/drivers/local/src/dockerfile/scope.ts
var PROXY_ARGS = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "FTP_PROXY",
  "NO_PROXY",
  "ALL_PROXY"
].flatMap((name) => [name, name.toLowerCase()]);
function platformArgs(target, build, stage) {
  const words = (prefix, platform) => {
    const { os, architecture, variant = "" } = platform;
    const whole = [os, architecture, ...variant === "" ? [] : [variant]].join("/");
    return [
      [`${prefix}PLATFORM`, whole],
      [`${prefix}OS`, os],
      [`${prefix}ARCH`, architecture],
      [`${prefix}VARIANT`, variant]
    ];
  };
  return new Map([
    ...words("BUILD", build),
    ...words("TARGET", target),
    ["TARGETSTAGE", stage ?? "default"]
  ]);
}
var Scope = class {
  env;
  /** Arguments declared so far that have a value. */
  args = /* @__PURE__ */ new Map();
  escape;
  #given;
  #inherited;
  /** `given` are the caller's build arguments, `inherited` what an `ARG` without default falls back to. */
  constructor(options) {
    this.env = new Map(options.env);
    this.escape = options.escape;
    this.#given = options.given;
    this.#inherited = options.inherited;
  }
  lookup = (name) => this.env.get(name) ?? this.args.get(name);
  /** Carries out one entry of an `ARG`. */
  declare(name, fallback) {
    const value = this.#given.get(name) ?? fallback ?? this.#inherited.get(name);
    if (value !== void 0) this.args.set(name, value);
  }
  /** What a program sees: arguments, then the environment over them. */
  environment() {
    return new Map([...this.args, ...this.env]);
  }
};

// libs/drivers/local/src/userland/userland.ts
import { copyFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname as dirname2, join as join3 } from "node:path";
import { createHash as createHash2 } from "node:crypto";

// libs/drivers/local/src/userland/host-files.ts
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join as join2, resolve } from "node:path";

// libs/drivers/local/src/userland/elf.ts
import { openSync, closeSync, readSync } from "node:fs";
var PT_LOAD = 1;
var PT_DYNAMIC = 2;
var PT_INTERP = 3;
var DT_NEEDED = 1n;
var DT_STRTAB = 5n;
var DT_RPATH = 15n;
var DT_RUNPATH = 29n;
var HEADER_BYTES = 64;
var MAX_TABLE = 1 << 20;
function readElfNeeds(path) {
  const file = openSync(path, "r");
  try {
    const header = readAt(file, 0, HEADER_BYTES);
    const isElf = header.length === HEADER_BYTES && header.toString("latin1", 0, 6) === "\x7FELF";
    return isElf ? readNeeds(file, header) : void 0;
  } finally {
    closeSync(file);
  }
}
function readNeeds(file, header) {
  const segments = readSegments(file, header);
  const interp = segments.find(({ type }) => type === PT_INTERP);
  const interpreter = interp && readAt(file, interp.offset, interp.size).toString("utf8").replace(/\0.*$/s, "");
  const entries = readDynamic(file, segments);
  const names = (...tags) => entries.flatMap(
    ([tag, value]) => tags.includes(tag) ? [stringAt(file, segments, entries, value)] : []
  );
  return {
    ...interpreter === void 0 ? {} : { interpreter },
    libraries: names(DT_NEEDED),
    searchDirs: names(DT_RPATH, DT_RUNPATH).flatMap((dirs) => dirs.split(":"))
  };
}
function readSegments(file, header) {
  const start = Number(header.readBigUInt64LE(32));
  const entrySize = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = readAt(file, start, Math.min(entrySize * count, MAX_TABLE));
  return Array.from({ length: Math.floor(table.length / entrySize) }, (_, index) => {
    const at2 = index * entrySize;
    return {
      type: table.readUInt32LE(at2),
      offset: Number(table.readBigUInt64LE(at2 + 8)),
      address: table.readBigUInt64LE(at2 + 16),
      size: Number(table.readBigUInt64LE(at2 + 32))
    };
  });
}
function readDynamic(file, segments) {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === void 0) return [];
  const table = readAt(file, dynamic.offset, Math.min(dynamic.size, MAX_TABLE));
  return Array.from({ length: Math.floor(table.length / 16) }, (_, index) => [
    table.readBigUInt64LE(index * 16),
    table.readBigUInt64LE(index * 16 + 8)
  ]);
}
function stringAt(file, segments, ...[entries, index]) {
  const table = entries.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0n;
  const address = table + index;
  const home = segments.find(
    (each) => each.type === PT_LOAD && address >= each.address && address < each.address + BigInt(each.size)
  );
  if (home === void 0) return "";
  const MAX_STRING = 4096;
  const bytes = readAt(file, home.offset + Number(address - home.address), MAX_STRING);
  return bytes.toString("utf8", 0, bytes.indexOf(0));
}
function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

// libs/drivers/local/src/userland/host-files.ts
var PROGRAM_DIRS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];
var READABLE_BY_ALL = 4;
var MAX_LINKS = 40;
var HostFiles = class {
  #files = /* @__PURE__ */ new Map();
  #libraryDirs;
  constructor(libraryDirs = configuredLibraryDirs()) {
    this.#libraryDirs = [...libraryDirs];
  }
  /** Everything gathered, sorted by path. */
  get files() {
    return [...this.#files.values()].toSorted((a, b) => a.path < b.path ? -1 : 1);
  }
  /** Adds a directory that is a link, such as `/bin` on most machines; any other is made as it is needed. */
  addLinkedDir(path) {
    const stats = lookAt(path);
    if (stats?.isSymbolicLink() !== true) return;
    this.#files.set(path, { path, stats, link: readlinkSync(path) });
  }
  /** Adds a program by name; false when the machine has none that everybody may read. */
  addProgram(name) {
    const dir = PROGRAM_DIRS.find((each) => lookAt(join2(each, name)) !== void 0);
    return dir !== void 0 && this.addFile(join2(dir, name));
  }
  /** Adds a library by name, where there is one. */
  addLibrary(name, firstDirs = []) {
    for (const dir of [...firstDirs, ...this.#libraryDirs]) {
      if (lookAt(join2(dir, name)) !== void 0 && this.addFile(join2(dir, name))) return;
    }
  }
  /** Adds a file, and what it needs, by absolute path. */
  addFile(path) {
    const real = this.#addPath(path);
    if (real === void 0) return false;
    if (real.isNew) this.#addNeeds(real.path);
    return true;
  }
  #addNeeds(path) {
    const needs = readElfNeeds(path);
    if (needs === void 0) return;
    if (needs.interpreter !== void 0) {
      const dir = dirname(this.#addPath(needs.interpreter)?.path ?? "/lib/ld");
      if (!this.#libraryDirs.includes(dir)) this.#libraryDirs.push(dir);
    }
    const dirs = needs.searchDirs.map(
      (dir) => resolve(dir.replaceAll(/\$\{?ORIGIN\}?/g, dirname(path)))
    );
    for (const name of needs.libraries) this.addLibrary(name, dirs);
  }
  /** Adds every link on the way to a path and the file at its end. */
  #addPath(path) {
    let rest = path.split("/").filter((part) => part !== "");
    let at2 = "";
    for (let hops = 0; rest.length > 0; ) {
      const [part = "", ...more] = rest;
      const next = `${at2}/${part}`;
      const stats = lookAt(next);
      if (stats === void 0) return void 0;
      if (stats.isSymbolicLink()) {
        if ((hops += 1) > MAX_LINKS) return void 0;
        const link = readlinkSync(next);
        this.#files.set(next, { path: next, stats, link });
        const target = resolve(at2 === "" ? "/" : at2, link).split("/").filter((each) => each !== "");
        rest = [...target, ...more];
        at2 = "";
        continue;
      }
      at2 = next;
      rest = more;
      if (rest.length === 0) return this.#addEnd(at2, stats);
    }
    return void 0;
  }
  #addEnd(path, stats) {
    if (!stats.isFile() || (stats.mode & READABLE_BY_ALL) === 0) return void 0;
    const isNew = !this.#files.has(path);
    this.#files.set(path, { path, stats });
    return { path, isNew };
  }
};
function lookAt(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}
function configuredLibraryDirs() {
  const usual = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];
  return [...readConfig("/etc/ld.so.conf"), ...usual];
}
function readConfig(path) {
  const lines = readText(path).split("\n").map((line) => line.replace(/#.*$/, "").trim());
  return lines.flatMap((line) => {
    const included = /^include\s+(\S+)\/\*\.conf$/.exec(line)?.[1];
    if (included !== void 0) return configsIn(resolve("/etc", included)).flatMap(readConfig);
    return line.startsWith("/") ? [line] : [];
  });
}
function configsIn(dir) {
  try {
    return readdirSync(dir).filter((name) => name.endsWith(".conf")).toSorted().map((name) => join2(dir, name));
  } catch {
    return [];
  }
}
function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

// libs/drivers/local/src/userland/programs.ts
var PROGRAMS = [
  ..."sh bash dash".split(" "),
  ...`arch b2sum base32 base64 basename basenc cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors
dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum
mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink
realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum
sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes [`.split(
    /\s+/
  ),
  ..."grep egrep fgrep sed awk mawk gawk find xargs tar gzip gunzip zcat diff cmp which hostname getent clear tput".split(
    " "
  )
];
var LIBRARIES = [
  "libc.so.6",
  "libm.so.6",
  "libdl.so.2",
  "libpthread.so.0",
  "librt.so.1",
  "libresolv.so.2",
  "libnss_dns.so.2",
  "libnss_files.so.2",
  "libstdc++.so.6",
  "libgcc_s.so.1",
  "libatomic.so.1"
];
var FILES = [
  "/etc/os-release",
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/services",
  "/etc/protocols"
];
var DIRECTORIES = [
  ["/tmp", 1023],
  ["/var/tmp", 1023],
  ["/root", 448],
  ["/home", 493],
  ["/etc", 493],
  ["/proc", 365],
  ["/sys", 365],
  ["/dev", 493],
  ["/run", 493],
  ["/opt", 493],
  ["/usr/local/bin", 493]
];
var TEXTS = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n"
};

// libs/drivers/local/src/userland/userland.ts
var USERLAND = "gantry.local/userland:latest";
var PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
async function ensureUserland(store, options) {
  const files = gather();
  const key = keyOf(files);
  const keyPath = join3(options.stateDir, "userland-key");
  const made = await store.resolve(USERLAND);
  const madeFrom = await readFile(keyPath, "utf8").catch(() => "");
  if (made !== void 0 && madeFrom === `${key} ${made.digest}`) return;
  await mkdir(options.stateDir, { recursive: true });
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const scratch = held.use(await TempDir.create("userland-", options.stateDir));
  const root = join3(scratch.path, "root");
  writeTree(root, files);
  const { descriptor, diffId } = await storeLayer(store, root, {
    owner: () => ({ uid: 0, gid: 0 }),
    signal: options.signal
  });
  const image = await writeImage(store, {
    config: {
      ...hostPlatform(),
      config: { Env: [`PATH=${PATH}`], Cmd: ["sh"] },
      rootfs: { type: "layers", diff_ids: [diffId] }
    },
    layers: [descriptor]
  });
  await store.tag(USERLAND, image);
  const draft = join3(scratch.path, "key");
  await writeFile(draft, `${key} ${image.digest}`);
  await rename(draft, keyPath);
}
function gather() {
  const host = new HostFiles();
  for (const path of ["/bin", "/sbin", "/lib", "/lib64"]) host.addLinkedDir(path);
  const missing = PROGRAMS.filter((name) => !host.addProgram(name));
  const vital = ["sh", "cat"].filter((name) => missing.includes(name));
  if (vital.length > 0) throw userlandIncomplete(vital);
  for (const name of LIBRARIES) host.addLibrary(name);
  for (const path of FILES) host.addFile(path);
  return host.files.filter(({ path }) => !(path in TEXTS));
}
function keyOf(files) {
  const hash2 = createHash2("sha256").update(JSON.stringify([DIRECTORIES, TEXTS]));
  for (const { path, stats, link } of files) {
    hash2.update(JSON.stringify([path, link ?? [stats.size, stats.mtimeMs, stats.mode]]));
  }
  return hash2.digest("hex");
}
function writeTree(root, files) {
  const links = files.filter(({ link }) => link !== void 0);
  mkdirSync(root, { mode: 493 });
  for (const { path, link = "" } of links) {
    mkdirSync(dirname2(root + path), { recursive: true });
    symlinkSync(link, root + path);
  }
  for (const [path, mode] of DIRECTORIES) {
    mkdirSync(root + path, { recursive: true });
    chmodSync(root + path, mode);
  }
  for (const { path, stats, link } of files) {
    if (link !== void 0) continue;
    mkdirSync(dirname2(root + path), { recursive: true });
    copyFileSync(path, root + path);
    chmodSync(root + path, stats.mode & 493);
  }
  for (const [path, text2] of Object.entries(TEXTS))
    writeFileSync(root + path, text2, { mode: 420 });
}

// libs/drivers/local/src/build/errors.ts
function missingFeature(need, message, hint) {
  return new DriverError("unsupported", message, { hint, need });
}
function invalidRequest(message, hint) {
  return new DriverError("invalid-request", message, { hint });
}
function canceled2(cause) {
  return new DriverError("canceled", "The build was stopped on request.", {
    hint: "Start it again.",
    cause
  });
}
function stepFailed(place, title, options) {
  const said = options.output.length === 0 ? "It printed nothing." : `Its last output:
${options.output.join("\n")}`;
  return new DriverError(
    "build-failed",
    `${place.path}:${place.line}: ${title} ${options.ending}`,
    {
      hint: said,
      location: { path: place.path, line: place.line }
    }
  );
}
function stepBroken(place, options) {
  const code = { request: "invalid-request", "no-space": "no-space", defect: "internal" };
  return new DriverError(code[options.fault], `${place.path}:${place.line}: ${options.message}`, {
    hint: options.hint,
    location: { path: place.path, line: place.line }
  });
}
function baseImageError(error, reference, place) {
  if (!isOciError(error)) return error;
  const codes = {
    "not-found": "image-not-found",
    unauthorized: "unauthorized",
    unreachable: "registry-unreachable",
    "no-platform": "base-unusable",
    "invalid-reference": "invalid-request",
    "no-space": "no-space"
  };
  const code = error.code in codes ? codes[error.code] : "base-unusable";
  return new DriverError(
    code,
    `${place.path}:${place.line}: base image ${reference}: ${error.message}`,
    {
      hint: hintForBase(error.code, error.hint),
      location: { path: place.path, line: place.line },
      cause: error
    }
  );
}
function hintForBase(code, hint) {
  if (code !== "unreachable") return hint;
  return `${hint} Without any registry: build on ${USERLAND}, which is made of this machine's own programs (--build-arg BASE=${USERLAND} with the default template).`;
}
function toBuildError(error, signal) {
  if (signal.aborted)
    return error instanceof DriverError && error.code === "canceled" ? error : canceled2(error);
  if (error instanceof DriverError || !isOciError(error)) return error;
  const code = error.code === "no-space" ? "no-space" : "internal";
  return new DriverError(code, error.message, { hint: error.hint, cause: error });
}

// libs/drivers/local/src/build/base-images.ts
var BaseImages = class {
  #options;
  #found = /* @__PURE__ */ new Map();
  constructor(options) {
    this.#options = options;
  }
  /** The image; each is looked for once in a build. Throws with the line for one that cannot be had. */
  async get(request) {
    const key = `${request.name} ${formatPlatform(request.platform)}`;
    const known = this.#found.get(key);
    if (known !== void 0) {
      await this.#options.reporter.cached(request.title);
      return known;
    }
    const finding = this.#find(request);
    this.#found.set(key, finding);
    try {
      return await finding;
    } catch (error) {
      this.#options.work.signal.throwIfAborted();
      throw baseImageError(error, request.name, request.place);
    }
  }
  async #find(request) {
    const { store, reporter, makers, pull, work } = this.#options;
    const reference = parseReference(request.name);
    const make = makers.get(reference.normalized);
    const isHere = await store.resolve(reference.normalized) !== void 0;
    if (isHere && (!pull || make !== void 0)) {
      const image = await this.#read(reference, request.platform);
      await reporter.cached(request.title);
      return image;
    }
    const reason = reasonOf(isHere, make !== void 0);
    return reporter.run(request.title, reason, async (step) => {
      if (make === void 0) await this.#pull(reference, request.platform, step.id);
      else await make(work.signal);
      return this.#read(reference, request.platform);
    });
  }
  #read(reference, platform) {
    return readImage(this.#options.store, reference.normalized, platform);
  }
  async #pull(reference, platform, step) {
    const { store, work, registry } = this.#options;
    const client = new RegistryClient(registry);
    const totals = /* @__PURE__ */ new Map();
    let telling = Promise.resolve();
    let isTelling = false;
    const tell = async () => {
      const all = [...totals.values()];
      const current = all.reduce((sum, item) => sum + item.bytes, 0);
      const total = all.reduce((sum, item) => sum + item.size, 0);
      await work.report({
        kind: "progress",
        step,
        title: reference.familiar,
        current,
        total,
        unit: "bytes"
      });
      isTelling = false;
    };
    await pullImage({
      client,
      store,
      reference,
      platform,
      signal: work.signal,
      onProgress: ({ digest, bytes, size, state }) => {
        totals.set(digest, { size, bytes: state === "moving" ? bytes : size });
        if (isTelling) return;
        isTelling = true;
        telling = telling.then(tell);
      }
    });
    await telling;
  }
};
function reasonOf(isHere, isMade) {
  if (isMade) return "the image is made from this machine's own userland";
  return isHere ? "a newer base image was to be looked for" : "the base image is not in the content store";
}

// libs/drivers/local/src/dockerfile/expand-instruction.ts
function expandInstruction(instruction, scope, path) {
  return guarded({ path, line: instruction.line }, () => expand(instruction, scope));
}
function expandAt(text2, scope, place) {
  return guarded(place, () => expandWord(text2, scope));
}
function guarded(place, work) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    throw dockerfileError(
      place,
      error.message,
      "Check the variables and quotes of this instruction."
    );
  }
}
function expand(instruction, scope) {
  const word = (text2) => expandWord(text2, scope);
  switch (instruction.kind) {
    case "arg": {
      const entries = instruction.entries.map(
        ({ name, value }) => value === void 0 ? { name } : { name, value: word(value) }
      );
      return { ...instruction, entries };
    }
    case "env":
    case "label":
      return { ...instruction, pairs: expandPairs(instruction.pairs, word) };
    case "workdir":
      return { ...instruction, path: word(instruction.path) };
    case "user":
      return { ...instruction, user: word(instruction.user) };
    case "stopsignal":
      return { ...instruction, signal: word(instruction.signal) };
    case "expose":
      return {
        ...instruction,
        ports: instruction.ports.flatMap((port) => expandWords(port, scope))
      };
    case "volume":
      return { ...instruction, paths: instruction.paths.map(word) };
    case "copy":
    case "add":
      return { ...instruction, ...expandTransfer(instruction, scope) };
    case "run": {
      const mounts = instruction.mounts.map(
        (text2) => expandWord(text2, { ...scope, literalQuotes: true })
      );
      return { ...instruction, mounts };
    }
    default:
      return instruction;
  }
}
function expandPairs(pairs, word) {
  return pairs.map(({ name, value }) => ({ name: word(name), value: word(value) }));
}
function expandTransfer(transfer, scope) {
  const word = (text2) => expandWord(text2, scope);
  return {
    sources: transfer.sources.map(word),
    heredocs: transfer.heredocs.map((heredoc) => expandHeredoc(heredoc, scope)),
    target: word(transfer.target),
    ...transfer.chown === void 0 ? {} : { chown: word(transfer.chown) },
    ...transfer.chmod === void 0 ? {} : { chmod: word(transfer.chmod) }
  };
}
function expandHeredoc(heredoc, scope) {
  const text2 = heredocText(heredoc);
  const content = heredoc.expand ? expandWord(text2, { lookup: scope.lookup, escape: "\\", literalQuotes: true }) : text2;
  return { ...heredoc, chomp: false, expand: false, content };
}

// libs/drivers/local/src/build/image/layers.ts
function chainOf(layers) {
  return chainIds(layers.map((layer) => layer.diffId)).at(-1) ?? "scratch";
}
function appendLayer(layers, layer) {
  const { digest, size } = layer;
  return [...layers, { descriptor: { mediaType: mediaTypes.layer, digest, size }, diffId: digest }];
}

// libs/drivers/local/src/build/image/command.ts
var DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
function commandWords(command, shell) {
  return command.form === "exec" ? [...command.words] : [...shell, command.text];
}
var SCRIPTS = "/run/build-scripts";
function runCommand2(run, shell) {
  const { command, heredocs } = run;
  const [first] = heredocs;
  if (command.form === "exec" || first === void 0)
    return { words: commandWords(command, shell) };
  if (heredocs.length > 1 || readHeredoc(command.text) === void 0) {
    const documents = heredocs.map((heredoc) => `
${heredoc.content}${heredoc.name}`).join("");
    return { words: [...shell, command.text + documents] };
  }
  const text2 = heredocText(first);
  if (!text2.startsWith("#!")) return { words: [...shell, text2] };
  const path = `${SCRIPTS}/${first.name}`;
  return { words: [...shell, path], script: { path, text: text2 } };
}

// libs/drivers/local/src/build/image/stage-image.ts
var EPOCH = "1970-01-01T00:00:00Z";
var StageImage = class {
  platform;
  #history;
  #execution;
  #author;
  #hasOwnCommand = false;
  /** `base` is absent for `scratch`. Its triggers belong to it, not to what is built on it. */
  constructor(base, platform) {
    this.platform = platform;
    const { OnBuild: _, ...inherited } = base?.config ?? {
      Env: [`PATH=${DEFAULT_PATH}`],
      WorkingDir: "/"
    };
    this.#execution = inherited;
    this.#history = [...base?.history ?? []];
    this.#author = typeof base?.author === "string" ? base.author : void 0;
  }
  get environment() {
    return new Map((this.#execution.Env ?? []).map((line) => cut(line)));
  }
  get user() {
    return this.#execution.User ?? "";
  }
  get workingDir() {
    return this.#execution.WorkingDir || "/";
  }
  get shell() {
    return this.#execution.Shell ?? ["/bin/sh", "-c"];
  }
  /** Notes an instruction that was carried out. */
  record(text2, hasLayer) {
    const entry = { created: EPOCH, created_by: text2, comment: "gantry" };
    this.#history.push(hasLayer ? entry : { ...entry, empty_layer: true });
  }
  /** Carries out what an expanded instruction says of the configuration. */
  apply(instruction) {
    const change = this.#change(instruction);
    if (change !== void 0) this.#execution = { ...this.#execution, ...change };
    if (instruction.kind === "maintainer") this.#author = instruction.name;
  }
  addLabels(labels) {
    if (Object.keys(labels).length === 0) return;
    this.#execution = { ...this.#execution, Labels: { ...this.#execution.Labels, ...labels } };
  }
  /** The finished configuration over these layers. */
  toConfig(diffIds) {
    const { os, architecture, variant } = this.platform;
    return {
      created: EPOCH,
      ...this.#author === void 0 ? {} : { author: this.#author },
      os,
      architecture,
      ...variant === void 0 ? {} : { variant },
      config: this.#execution,
      rootfs: { type: "layers", diff_ids: [...diffIds] },
      history: this.#history
    };
  }
  #change(instruction) {
    switch (instruction.kind) {
      case "env": {
        const all = new Map([
          ...this.environment,
          ...instruction.pairs.map((pair) => [pair.name, pair.value])
        ]);
        return { Env: [...all].map(([name, value]) => `${name}=${value}`) };
      }
      case "label": {
        const labels = Object.fromEntries(instruction.pairs.map((pair) => [pair.name, pair.value]));
        return { Labels: { ...this.#execution.Labels, ...labels } };
      }
      case "workdir":
        return { WorkingDir: joinDirectory(this.workingDir, instruction.path) };
      case "user":
        return { User: instruction.user };
      case "shell":
        return { Shell: [...instruction.words] };
      case "stopsignal":
        return { StopSignal: instruction.signal };
      case "volume":
        return { Volumes: { ...this.#execution.Volumes, ...empties(instruction.paths) } };
      case "expose":
        return {
          ExposedPorts: {
            ...this.#execution.ExposedPorts,
            ...empties(instruction.ports.flatMap(toPorts))
          }
        };
      case "onbuild":
        return { OnBuild: [...this.#execution.OnBuild ?? [], instruction.trigger] };
      default:
        return this.#changeCommand(instruction);
    }
  }
  #changeCommand(instruction) {
    switch (instruction.kind) {
      case "cmd":
        this.#hasOwnCommand = true;
        return { Cmd: commandWords(instruction.command, this.shell) };
      case "entrypoint": {
        const own = this.#hasOwnCommand ? {} : { Cmd: null };
        return { ...own, Entrypoint: commandWords(instruction.command, this.shell) };
      }
      case "healthcheck":
        return { Healthcheck: toHealthcheck(instruction, this.shell) };
      default:
        return void 0;
    }
  }
};
function joinDirectory(directory, path) {
  const names = [];
  for (const name of (path.startsWith("/") ? path : `${directory}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}
function cut(line) {
  const at2 = line.indexOf("=");
  return at2 < 0 ? [line, ""] : [line.slice(0, at2), line.slice(at2 + 1)];
}
function empties(names) {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
function toPorts(text2) {
  const [, first = "", last, protocol = "tcp"] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text2) ?? [];
  if (first === "") return [text2];
  const count = Math.max(1, Number(last ?? first) - Number(first) + 1);
  return Array.from(
    { length: count },
    (_, index) => `${Number(first) + index}/${protocol.toLowerCase()}`
  );
}
function toHealthcheck(instruction, shell) {
  const { test, options } = instruction;
  const words = () => {
    if (test === "NONE") return ["NONE"];
    if (test.form === "exec") return ["CMD", ...test.words];
    return shell[0] === "/bin/sh" ? ["CMD-SHELL", test.text] : ["CMD", ...shell, test.text];
  };
  const named2 = {
    Interval: options["interval"],
    Timeout: options["timeout"],
    StartPeriod: options["start-period"],
    StartInterval: options["start-interval"],
    Retries: options["retries"]
  };
  return {
    Test: words(),
    ...Object.fromEntries(Object.entries(named2).filter(([, value]) => value !== void 0))
  };
}

// libs/drivers/local/src/build/cache/step-inputs.ts
import { createHash as createHash3 } from "node:crypto";
var VERSION = 1;
function stepKey(inputs) {
  const facts = [...inputs.facts].toSorted(([a], [b]) => a < b ? -1 : 1);
  return sha256(JSON.stringify([VERSION, inputs.parent, inputs.instruction, facts]));
}
function traceOf(inputs) {
  const facts = [...inputs.facts].map(([name, value]) => [name, short(value)]);
  return {
    parent: inputs.parent,
    base: inputs.base ?? "",
    written: short(inputs.written),
    instruction: short(inputs.instruction),
    facts: Object.fromEntries(facts)
  };
}
function firstChange(before, now) {
  if (now.written !== before.written) return "the instruction changed";
  const fact = changedFact(before.facts, now.facts);
  if (fact !== void 0) return fact;
  if (now.instruction !== before.instruction) return "a variable in the instruction changed";
  if (now.parent === before.parent) return void 0;
  const isBase = before.base !== "" && now.base !== "";
  return isBase ? `base image changed from ${before.base} to ${now.base}` : "parent step was rebuilt";
}
function changedFact(before, now) {
  for (const [name, value] of Object.entries(now)) {
    const old = Object.hasOwn(before, name) ? before[name] : void 0;
    if (old === void 0) return `${subject(name)} was added`;
    if (old !== value) return `${subject(name)} changed`;
  }
  const gone = Object.keys(before).find((name) => !Object.hasOwn(now, name));
  return gone === void 0 ? void 0 : `${subject(gone)} was removed`;
}
function subject(name) {
  return name.startsWith("file ") ? name.slice("file ".length) : name;
}
function short(value) {
  return sha256(value).slice(0, 16);
}
function sha256(text2) {
  return createHash3("sha256").update(text2).digest("hex");
}

// libs/drivers/local/src/build/plan-copy.ts
async function planCopy(instruction, around) {
  const { tree, place, signal } = around;
  if (instruction.chmod !== void 0) checkMode(instruction.chmod, place);
  const hashed = tree.kind === "context" ? await tree.context.read(instruction.sources, { place, signal }) : void 0;
  return {
    plan: {
      kind: "copy",
      from: tree.source,
      ...hashed === void 0 ? {} : { sources: hashed.sources },
      patterns: instruction.sources,
      texts: instruction.heredocs.map(({ name, content }) => ({ name, content })),
      target: absolute(instruction.target, around.workingDir),
      chown: instruction.chown,
      chmod: instruction.chmod,
      keepOwners: tree.kind === "layers",
      unpack: instruction.kind === "add"
    },
    facts: factsOf(tree, hashed)
  };
}
function factsOf(tree, hashed) {
  if (hashed === void 0)
    return /* @__PURE__ */ new Map([[tree.label, tree.kind === "layers" ? tree.identity : ""]]);
  return new Map([...hashed.contents].map(([path, content]) => [`file ${path}`, content]));
}
function checkMode(text2, place) {
  if (readChmod(text2) !== void 0) return;
  throw dockerfileError(
    place,
    `--chmod=${text2}`,
    "Expected octal digits such as 0755, or clauses such as u=rwX,go=rX."
  );
}
function absolute(target, workingDir2) {
  const clean = joinDirectory(workingDir2, target);
  const isDirectory = /(?:^|\/)\.{0,2}$/.test(target);
  return isDirectory && clean !== "/" ? `${clean}/` : clean;
}

// libs/drivers/local/src/build/plan-run.ts
async function planRun(run, around) {
  const { image, scope } = around;
  const facts = /* @__PURE__ */ new Map();
  const mounts = [];
  for (const text2 of run.mounts) {
    const mount = absoluteTarget(readMount(text2, around.place), image.workingDir);
    mounts.push(await planMount(mount, facts, around));
  }
  for (const [name, value] of scope.args)
    if (!scope.env.has(name)) facts.set(`build argument ${name}`, value);
  for (const [name, value] of scope.env) facts.set(`environment variable ${name}`, value);
  const network = toNetwork(run.network) ?? around.network;
  const command = runCommand2(run, image.shell);
  const plan = {
    kind: "run",
    command,
    environment: new Map([["PATH", DEFAULT_PATH], ...around.proxies, ...scope.environment()]),
    user: image.user,
    workingDir: image.workingDir,
    network,
    extraHosts: around.extraHosts,
    mounts
  };
  facts.set("command", JSON.stringify([command.words, command.script?.text ?? ""]));
  facts.set("user", image.user).set("working directory", image.workingDir);
  facts.set("network", network).set("extra hosts", [...around.extraHosts].toSorted().join(" "));
  return { plan, facts };
}
function toNetwork(text2) {
  return text2 === "none" || text2 === "host" || text2 === "default" ? text2 : void 0;
}
function absoluteTarget(mount, workingDir2) {
  if (mount.target === void 0) return mount;
  return { ...mount, target: joinDirectory(workingDir2, mount.target) };
}
async function planMount(mount, facts, around) {
  switch (mount.type) {
    case "tmpfs":
      return { type: "tmpfs", mount };
    case "secret":
      return planSecret(mount, around);
    case "cache": {
      if (mount.from === void 0) return { type: "cache", mount };
      const tree = await around.findTree(mount.from, around.place);
      return { type: "cache", mount, from: tree.source };
    }
    case "bind": {
      const tree = await around.findTree(mount.from, around.place);
      const at2 = { place: around.place, signal: around.signal };
      const hashed = tree.kind === "context" ? await tree.context.read([mount.source], at2) : void 0;
      for (const [name, value] of factsOf(tree, hashed)) facts.set(name, value);
      const isWhole = tree.kind === "context" && tree.context.hidesNothing;
      const from2 = tree.source;
      if (hashed === void 0) return { type: "bind", mount, from: from2, isWhole };
      return { type: "bind", mount, from: from2, isWhole, sources: hashed.sources };
    }
  }
}
function planSecret(mount, around) {
  const handle = around.secrets.find((secret2) => secret2.id === mount.id);
  if (handle === void 0 && mount.required) {
    throw dockerfileError(
      around.place,
      `secret ${mount.id} is required and was not given`,
      `Give it: --secret id=${mount.id},...`
    );
  }
  return {
    type: "secret",
    mount,
    ...handle === void 0 ? {} : { read: (signal) => handle.read(signal) }
  };
}

// libs/drivers/local/src/build/stage-builder.ts
var TOUCHES_FILES = /* @__PURE__ */ new Set(["copy", "add", "run", "workdir"]);
function isStep(instruction) {
  return TOUCHES_FILES.has(instruction.kind);
}
var StageBuilder = class {
  #tools;
  #start;
  #scope;
  #image;
  #layers;
  #position = 0;
  constructor(tools, start) {
    this.#tools = tools;
    this.#start = start;
    this.#image = start.state.image;
    this.#layers = start.state.layers;
    this.#scope = new Scope({
      env: this.#image.environment,
      given: tools.given,
      inherited: start.inherited,
      escape: tools.file.escape
    });
  }
  async build() {
    for (const written of this.#start.instructions) {
      this.#tools.signal.throwIfAborted();
      const instruction = expandInstruction(written, this.#scope, this.#tools.file.path);
      const hasLayer = isStep(instruction) && await this.#step(instruction, written);
      this.#apply(instruction);
      this.#image.record(written.text, hasLayer);
    }
    return { image: this.#image, layers: this.#layers };
  }
  #apply(instruction) {
    if (instruction.kind === "arg") {
      for (const { name, value } of instruction.entries) this.#scope.declare(name, value);
      return;
    }
    this.#image.apply(instruction);
    if (instruction.kind !== "env") return;
    for (const { name, value } of instruction.pairs) this.#scope.env.set(name, value);
  }
  /** True when the step has a layer. */
  async #step(instruction, written) {
    const place = { path: this.#tools.file.path, line: written.line };
    const before = await this.#tools.cache.trace(this.#slot());
    if (before === void 0 || this.#tools.request.noCache) this.#tools.room.prepare();
    const planned = await this.#plan(instruction, place);
    const inputs = this.#inputs(planned, { instruction, written });
    const title = this.#start.titleOf(written);
    const key = stepKey(inputs);
    const slot = this.#slot();
    this.#position += 1;
    const now = traceOf(inputs);
    const cached = await this.#cached(key);
    if (cached === void 0) {
      const change = before === void 0 ? "first build" : firstChange(before, now) ?? "its layer is no longer stored";
      const reason = this.#tools.request.noCache ? "the cache was not to be used" : change;
      const layer = await this.#tools.reporter.run(
        title,
        reason,
        (step) => this.#tools.room.perform(planned.plan, { layers: this.#layers, place, step })
      );
      await this.#tools.cache.keep(key, layer === void 0 ? {} : { layer });
      await this.#tools.cache.keepTrace(slot, now);
      return this.#append(layer);
    }
    await this.#tools.reporter.cached(title);
    if (JSON.stringify(before) !== JSON.stringify(now))
      await this.#tools.cache.keepTrace(slot, now);
    return this.#append(cached.layer);
  }
  async #cached(key) {
    if (this.#tools.request.noCache) return void 0;
    const result = await this.#tools.cache.result(key);
    if (result?.layer === void 0) return result;
    return await this.#tools.isStored(result.layer.digest) ? result : void 0;
  }
  #append(layer) {
    if (layer === void 0) return false;
    this.#layers = appendLayer(this.#layers, layer);
    return true;
  }
  #inputs(planned, of) {
    const { line: _, ...rest } = of.instruction;
    const facts = new Map([...this.#namedArgs(of.written.text), ...planned.facts]);
    return {
      parent: chainOf(this.#layers),
      base: this.#position === 0 ? this.#start.base : void 0,
      written: of.written.text,
      instruction: JSON.stringify({ ...rest, text: "", workingDir: this.#image.workingDir }),
      facts
    };
  }
  /** Variables that the instruction names: one that changed is then the reason, and not the instruction. */
  #namedArgs(text2) {
    const names = new Set(
      [...text2.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? "")
    );
    return [...names].flatMap((name) => {
      const isEnv = this.#scope.env.has(name);
      const value = this.#scope.lookup(name);
      if (value === void 0) return [];
      return [[`${isEnv ? "environment variable" : "build argument"} ${name}`, value]];
    });
  }
  #slot() {
    const { stage } = this.#start;
    const { request } = this.#tools;
    const parts = [
      request.contextDir,
      request.dockerfile.path,
      stage.name ?? String(stage.index),
      this.#position
    ];
    return JSON.stringify(parts);
  }
  async #plan(instruction, place) {
    const { findTree, signal } = this.#tools;
    switch (instruction.kind) {
      case "copy": {
        const tree = await findTree(instruction.from, place);
        return planCopy(instruction, { place, signal, tree, workingDir: this.#image.workingDir });
      }
      case "add": {
        const tree = await findTree(void 0, place);
        return planCopy(instruction, { place, signal, tree, workingDir: this.#image.workingDir });
      }
      case "run":
        this.#tools.assertRunnable(this.#image, place);
        return planRun(instruction, this.#surroundings(place));
      default: {
        const path = instruction.kind === "workdir" ? instruction.path : "/";
        const plan = {
          kind: "directory",
          path: joinDirectory(this.#image.workingDir, path)
        };
        return { plan, facts: /* @__PURE__ */ new Map() };
      }
    }
  }
  #surroundings(place) {
    const { request, proxies, findTree, signal } = this.#tools;
    return {
      place,
      image: this.#image,
      scope: this.#scope,
      proxies,
      network: request.network,
      extraHosts: request.extraHosts,
      secrets: request.secrets,
      findTree,
      signal
    };
  }
};

// libs/drivers/local/src/build/stage-plan.ts
function targetStage(file, target) {
  const last = file.stages.at(-1);
  const found = target === void 0 || target === "" ? last : findStage(file.stages, target);
  if (found !== void 0) return found;
  const names = file.stages.flatMap((stage) => stage.name ?? []);
  const near = nearestName(target ?? "", names);
  const hint = near === void 0 ? `Stages: ${names.join(", ") || "none has a name"}.` : `Did you mean ${near}?`;
  throw invalidRequest(`${file.path} has no stage ${target ?? ""}`, hint);
}
function findStage(stages, name) {
  const lower = name.toLowerCase();
  const named2 = stages.find((stage) => stage.name === lower);
  return named2 ?? (/^\d+$/.test(name) ? stages[Number(name)] : void 0);
}
function stageLabel(file, stage) {
  if (file.stages.length === 1) return stage.name ?? "";
  return stage.name ?? `stage-${stage.index}`;
}
function declaredArgs(file) {
  const all = [...file.globalArgs, ...file.stages.flatMap((stage) => stage.instructions)];
  return new Set(
    all.flatMap((item) => item.kind === "arg" ? item.entries.map((entry) => entry.name) : [])
  );
}

// libs/drivers/local/src/build/trees.ts
function contextTree(context, label) {
  return {
    kind: "context",
    context,
    label,
    source: { kind: "directory", path: context.directory }
  };
}
function layersTree(layers, identity, label) {
  return { kind: "layers", identity, label, source: { kind: "layers", layers } };
}

// libs/drivers/local/src/build/build.ts
var Build = class {
  #parts;
  #tools;
  #stages = /* @__PURE__ */ new Map();
  #globals;
  constructor(parts, targetName) {
    this.#parts = parts;
    this.#tools = {
      ...parts.tools,
      findTree: (name, place) => this.#findTree(name, place),
      assertRunnable: (image, place) => this.#assertRunnable(image, place)
    };
    this.#globals = this.#globalArgs(targetName);
  }
  /** The finished stage. */
  stage(stage) {
    const known = this.#stages.get(stage.index);
    if (known !== void 0) return known;
    const making = this.#make(stage);
    this.#stages.set(stage.index, making);
    return making;
  }
  async #make(stage) {
    const { path } = this.#tools.file;
    const place = { path, line: stage.line };
    const base = await this.#base(stage, place);
    const triggered = base.triggers.map((trigger) => parseTrigger(trigger, place));
    const instructions = [...triggered, ...stage.instructions];
    const state = { image: base.image, layers: base.layers };
    const titleOf = this.#titles(stage, instructions);
    const start = {
      stage,
      instructions,
      state,
      base: base.label,
      inherited: this.#globals,
      titleOf
    };
    return new StageBuilder(this.#tools, start).build();
  }
  async #base(stage, place) {
    const words = this.#globalScope();
    const name = expandAt(stage.base, words, place);
    if (name === "") {
      throw dockerfileError(
        place,
        `${stage.base} is empty`,
        "Give the argument a default before FROM, or a value with --build-arg."
      );
    }
    const platform = this.#platform(stage, place);
    if (name === "scratch") {
      await this.#tools.reporter.cached(this.#fromTitle(stage));
      return {
        image: new StageImage(void 0, platform),
        layers: [],
        triggers: [],
        label: "scratch"
      };
    }
    if (this.#parts.named.has(name)) {
      throw unsupportedError(place, "dockerfile-from-context", {
        message: `FROM ${name} names a directory given as a named context`,
        hint: `Write FROM scratch and COPY --from=${name} / / instead.`
      });
    }
    const earlier = findStage(this.#tools.file.stages.slice(0, stage.index), name);
    return earlier === void 0 ? this.#imageBase(stage, name, platform) : this.#stageBase(stage, earlier);
  }
  async #stageBase(stage, earlier) {
    const { image, layers } = await this.stage(earlier);
    await this.#tools.reporter.cached(this.#fromTitle(stage));
    const config = image.toConfig(layers.map((layer) => layer.diffId));
    const triggers = config.config?.OnBuild ?? [];
    const label = `stage ${stageLabel(this.#tools.file, earlier)} (${chainOf(layers).slice(0, 19)})`;
    return { image: new StageImage(config, image.platform), layers, triggers, label };
  }
  async #imageBase(stage, name, platform) {
    const place = { path: this.#tools.file.path, line: stage.line };
    const title = this.#fromTitle(stage);
    const image = await this.#parts.bases.get({ name, platform, place, title });
    const { config, layers, manifestDigest } = image;
    const { os, architecture, variant } = config;
    const own = { os, architecture, ...variant === void 0 ? {} : { variant } };
    return {
      image: new StageImage(config, own),
      layers,
      triggers: config.config?.OnBuild ?? [],
      label: `${name} (${manifestDigest.slice(0, 19)})`
    };
  }
  async #findTree(name, place) {
    const { context, named: named2, bases, target } = this.#parts;
    if (name === void 0) return contextTree(context, "build context");
    const directory = named2.get(name);
    if (directory !== void 0) return contextTree(directory, `context ${name}`);
    const stage = findStage(this.#tools.file.stages, name);
    if (stage !== void 0) {
      if (stage.line >= place.line) {
        throw dockerfileError(
          place,
          `stage ${name} is not made before this line`,
          "Copy from an earlier stage."
        );
      }
      const { layers: layers2 } = await this.stage(stage);
      return layersTree(layers2, chainOf(layers2), `stage ${name}`);
    }
    const title = `[${name}] load image`;
    const { layers } = await bases.get({ name, platform: target, place, title });
    return layersTree(layers, chainOf(layers), `image ${name}`);
  }
  #assertRunnable(image, place) {
    const { os, architecture } = image.platform;
    const { host } = this.#parts;
    if (os === host.os && architecture === host.architecture) return;
    const wanted = formatPlatform(image.platform);
    throw unsupportedError(place, `platform ${wanted}`, {
      message: `RUN needs programs of ${wanted}, and this machine runs ${formatPlatform(host)}`,
      hint: "Build without RUN for that platform, or use a driver that can emulate it."
    });
  }
  #platform(stage, place) {
    if (stage.platform === void 0) return this.#parts.target;
    const text2 = expandAt(stage.platform, this.#globalScope(), place);
    if (/^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)?$/.test(text2)) return parsePlatform2(text2);
    throw dockerfileError(
      place,
      `--platform=${text2}`,
      "Expected os/architecture, such as linux/amd64."
    );
  }
  #globalScope() {
    const { given, file } = this.#tools;
    const scope = new Scope({ env: /* @__PURE__ */ new Map(), given, inherited: /* @__PURE__ */ new Map(), escape: file.escape });
    for (const [name, value] of this.#globals) scope.args.set(name, value);
    return scope;
  }
  #globalArgs(targetName) {
    const { given, file } = this.#tools;
    const { target, host } = this.#parts;
    const platforms = platformArgs(target, host, targetName);
    const scope = new Scope({ env: /* @__PURE__ */ new Map(), given, inherited: platforms, escape: file.escape });
    for (const name of platforms.keys()) scope.declare(name, void 0);
    for (const { entries, line } of file.globalArgs) {
      for (const { name, value } of entries) {
        const place = { path: file.path, line };
        scope.declare(name, value === void 0 ? void 0 : expandAt(value, scope, place));
      }
    }
    return scope.args;
  }
  #fromTitle(stage) {
    return this.#numbered(stage, 1, stage.instructions.filter(isStep).length + 1)(stage.text);
  }
  #titles(stage, instructions) {
    const steps = instructions.filter(isStep);
    return (instruction) => {
      const number = steps.indexOf(instruction) + 2;
      return this.#numbered(stage, number, steps.length + 1)(instruction.text);
    };
  }
  #numbered(stage, number, count) {
    const label = stageLabel(this.#tools.file, stage);
    const where = label === "" ? `${number}/${count}` : `${label} ${number}/${count}`;
    return (text2) => `[${where}] ${text2}`;
  }
};

// libs/drivers/local/src/build/cache/step-cache.ts
import { createHash as createHash4, randomUUID } from "node:crypto";
import { mkdir as mkdir2, readFile as readFile2, rename as rename2, rm, writeFile as writeFile2 } from "node:fs/promises";
import { dirname as dirname3, join as join4 } from "node:path";
var StepCache = class {
  #directory;
  constructor(directory) {
    this.#directory = directory;
  }
  /** The result of the step with this key, if one was ever made here. */
  async result(key) {
    return this.#read("steps", key, isResult);
  }
  /** Remembers a result. */
  async keep(key, result) {
    await this.#write("steps", key, result);
  }
  /** How the step in this place looked last time. `slot` names Dockerfile, stage and position. */
  async trace(slot) {
    return this.#read("traces", hash(slot), isTrace);
  }
  /** Remembers how it looks now. */
  async keepTrace(slot, trace) {
    await this.#write("traces", hash(slot), trace);
  }
  #path(kind, name) {
    return join4(this.#directory, kind, name.slice(0, 2), `${name.slice(2)}.json`);
  }
  async #read(kind, name, is) {
    try {
      const value = JSON.parse(await readFile2(this.#path(kind, name), "utf8"));
      return is(value) ? value : void 0;
    } catch {
      return void 0;
    }
  }
  async #write(kind, name, value) {
    const path = this.#path(kind, name);
    const draft = join4(this.#directory, `${randomUUID()}.draft`);
    await mkdir2(dirname3(path), { recursive: true });
    try {
      await writeFile2(draft, JSON.stringify(value));
      await rename2(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }
};
function hash(text2) {
  return createHash4("sha256").update(text2).digest("hex");
}
function isRecord(value) {
  return typeof value === "object" && value !== null;
}
function isResult(value) {
  if (!isRecord(value)) return false;
  const { layer } = value;
  if (layer === void 0) return true;
  return isRecord(layer) && /^sha256:[0-9a-f]{64}$/.test(String(layer["digest"])) && Number.isSafeInteger(layer["size"]);
}
function isTrace(value) {
  return isRecord(value) && ["parent", "base", "written", "instruction"].every((name) => typeof value[name] === "string") && isRecord(value["facts"]);
}

// libs/drivers/local/src/build/context/build-context.ts
import { lstatSync as lstatSync2, readFileSync as readFileSync2, readlinkSync as readlinkSync2 } from "node:fs";
import { join as join5 } from "node:path";
var BuildContext = class _BuildContext {
  directory;
  #ignore;
  #hashes;
  constructor(directory, ignore, hashes) {
    this.directory = directory;
    this.#ignore = ignore;
    this.#hashes = hashes;
  }
  /** Every file of the directory may be seen. */
  get hidesNothing() {
    return this.#ignore.isEmpty;
  }
  /** A named context, which brings its own `.dockerignore`. */
  static named(directory, hashes) {
    const path = join5(directory, ".dockerignore");
    const has = lstatSync2(path, { throwIfNoEntry: false })?.isFile() === true;
    return new _BuildContext(directory, readIgnore(has ? readFileSync2(path, "utf8") : ""), hashes);
  }
  /** Finds and hashes what `sources` name. Throws with the line for one that is missing, ignored or outside. */
  async read(sources, at2) {
    const planned = sources.flatMap((source) => this.#select(source, at2.place));
    const contents = /* @__PURE__ */ new Map();
    for (const { source, entries } of planned) {
      for (const entry of entries) {
        at2.signal.throwIfAborted();
        contents.set(entry.path || ".", await this.#describe(entry, at2.signal));
      }
      if (!source.isDirectory && source.path !== source.name)
        contents.set(`${source.path} as`, source.name);
    }
    return { sources: planned.map(({ source, entries }) => ({ ...source, entries })), contents };
  }
  #select(source, place) {
    if (climbsOut(source)) {
      throw dockerfileError(
        place,
        `${source} leads out of the build context`,
        "Copy from inside the context, or give the directory a name with a named context."
      );
    }
    const found = selectSource(this.directory, source).map((selected) => ({
      source: selected,
      entries: walkTree(this.directory, selected.path, this.#ignore)
    }));
    const kept = found.filter(({ entries }) => entries.length > 0);
    if (kept.length > 0 || isPattern(source)) return kept;
    if (found.length > 0) {
      throw dockerfileError(
        place,
        `${source} is left out of the build context by .dockerignore`,
        `Add a line !${source} to .dockerignore.`
      );
    }
    throw this.#missing(source, place);
  }
  #missing(source, place) {
    const path = source.replace(/^\/+/, "");
    const near = nearestName(path, siblings(this.directory, path));
    const hint = near === void 0 ? "" : `Did you mean ${near}? `;
    return dockerfileError(
      place,
      `${source} does not exist in the build context`,
      `${hint}Paths count from ${this.directory}.`
    );
  }
  async #describe({ path, stats }, signal) {
    const mode = (stats.mode & 4095).toString(8);
    const place = join5(this.directory, path);
    if (stats.isDirectory()) return `directory ${mode}`;
    if (stats.isSymbolicLink()) return `link ${readlinkSync2(place)}`;
    if (!stats.isFile()) return "special";
    return `file ${mode} ${await this.#hashes.digest(place, signal)}`;
  }
};

// libs/drivers/local/src/build/context/file-hashes.ts
import { createHash as createHash5 } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir as mkdir3, readFile as readFile3, rename as rename3, rm as rm2, writeFile as writeFile3 } from "node:fs/promises";
import { dirname as dirname4 } from "node:path";
import { pipeline } from "node:stream/promises";
var MAX_KEPT = 1e5;
var SETTLED_MS = 50;
var FileHashes = class _FileHashes {
  #path;
  #known;
  #used = /* @__PURE__ */ new Map();
  #isChanged = false;
  constructor(path, known) {
    this.#path = path;
    this.#known = known;
  }
  /** Opens the memory at `path`; one that cannot be read counts as empty. */
  static async open(path) {
    const text2 = await readFile3(path, "utf8").catch(() => "");
    const lines = text2.split("\n").filter((line) => line !== "");
    return new _FileHashes(path, new Map(lines.map((line) => [line.slice(65), line.slice(0, 64)])));
  }
  /** Hex digest of a regular file. */
  async digest(path, signal) {
    const stats = await lstat(path, { bigint: true });
    const key = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":");
    const known = this.#known.get(key);
    if (known !== void 0) {
      this.#used.set(key, known);
      return known;
    }
    const digest = await hashFile(path, signal);
    if (isSettled(stats)) {
      this.#used.set(key, digest);
      this.#isChanged = true;
    }
    return digest;
  }
  /** Writes what was learnt. What was used last is kept longest. */
  async save() {
    if (!this.#isChanged) return;
    const all = new Map([...this.#used, ...this.#known]);
    const lines = [...all].slice(0, MAX_KEPT).map(([key, digest]) => `${digest} ${key}
`);
    const draft = `${this.#path}.${process.pid}.${Date.now()}`;
    await mkdir3(dirname4(this.#path), { recursive: true });
    try {
      await writeFile3(draft, lines.join(""));
      await rename3(draft, this.#path);
    } finally {
      await rm2(draft, { force: true });
    }
    this.#isChanged = false;
  }
};
function isSettled(stats) {
  return Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
}
async function hashFile(path, signal) {
  const hash2 = createHash5("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash2, { signal });
  return hash2.digest("hex");
}

// libs/drivers/local/src/build/request.ts
import { lstatSync as lstatSync3 } from "node:fs";
function assertPossible(request, capabilities) {
  const need = buildNeeds(request).find((feature) => !capabilities.features.includes(feature));
  if (need !== void 0) {
    const hint = "Leave it out, or build with a driver that declares it.";
    throw missingFeature(need, `The local driver does not support ${need}.`, hint);
  }
  assertDirectory(request.contextDir, "The build context");
  for (const [name, directory] of Object.entries(request.contexts))
    assertDirectory(directory, `Context ${name}`);
  for (const tag of request.tags) assertTag(tag);
  for (const platform of request.platforms) assertPlatform(platform);
  for (const host of request.extraHosts) assertHost(host);
}
function assertDirectory(path, subject2) {
  if (lstatSync3(path, { throwIfNoEntry: false }) === void 0) {
    throw invalidRequest(`${subject2} ${path} does not exist.`, "Give the path of a directory.");
  }
}
function assertTag(tag) {
  try {
    parseReference(tag);
  } catch (error) {
    if (!isOciError(error)) throw error;
    throw invalidRequest(`The tag is not valid: ${error.message}`, error.hint);
  }
}
function assertPlatform(text2) {
  if (parsePlatform(text2) !== void 0) return;
  throw invalidRequest(
    `The platform ${JSON.stringify(text2)} is not valid.`,
    "Write os/architecture, such as linux/amd64."
  );
}
function assertHost(text2) {
  if (/^[^\s:=]+[:=][0-9a-fA-F.:[\]]+$/.test(text2)) return;
  throw invalidRequest(`The extra host ${JSON.stringify(text2)} is not valid.`, "Write NAME:IP.");
}

// libs/drivers/local/src/build/step-reporter.ts
var StepReporter = class {
  built = [];
  #work;
  #count = 0;
  constructor(work) {
    this.#work = work;
  }
  /** A step that takes nothing to do. */
  async cached(title) {
    await this.#event(this.#next(title), "cached");
    this.built.push({ title, cached: true });
  }
  /** Runs a step: started, then done, failed or canceled. */
  async run(title, reason, work) {
    const step = this.#next(title);
    const begin = performance.now();
    await this.#event(step, "started", { reason });
    try {
      const result = await work(step);
      await this.#event(step, "done", { durationMs: performance.now() - begin });
      this.built.push({ title, cached: false, missReason: reason });
      return result;
    } catch (error) {
      const state = this.#work.signal.aborted ? "canceled" : "failed";
      const why = error instanceof Error ? { reason: error.message } : {};
      await this.#event(step, state, { ...why, durationMs: performance.now() - begin });
      throw error;
    }
  }
  async #event(step, state, more = {}) {
    await this.#work.report({ kind: "step", step: step.id, title: step.title, state, ...more });
  }
  #next(title) {
    this.#count += 1;
    return { id: String(this.#count), title };
  }
};

// libs/drivers/local/src/build/facet.ts
var FEATURES = [
  "build-args",
  "extra-hosts",
  "labels",
  "named-contexts",
  "network-host",
  "network-none",
  "no-cache",
  "pull",
  "secrets",
  "target"
];
var LocalBuild = class {
  capabilities;
  #options;
  constructor(options) {
    this.#options = options;
    this.capabilities = { platforms: [formatPlatform(hostPlatform())], features: FEATURES };
  }
  async build(request, work) {
    try {
      return await this.#build(request, work);
    } catch (error) {
      throw toBuildError(error, work.signal);
    }
  }
  async #build(request, work) {
    work.signal.throwIfAborted();
    assertPossible(request, this.capabilities);
    const file = parseDockerfile(request.dockerfile.text, request.dockerfile.path);
    const stage = targetStage(file, request.target);
    const { stateDir, contentDir } = this.#options;
    const store = await ContentStore.open(contentDir);
    await using _lease = await store.lease();
    const hashes = await FileHashes.open(join6(stateDir, "build", "file-hashes"));
    await using room = this.#options.openRoom(store, work);
    const reporter = new StepReporter(work);
    await warnOfUnused(file, request, work);
    const build = this.#assemble({ file, request, work, store, hashes, room, reporter });
    const state = await build.stage(stage);
    await hashes.save();
    const image = await finish(store, state, request);
    return { images: [image], steps: reporter.built };
  }
  #assemble(parts) {
    const { file, request, work, store, hashes, room, reporter } = parts;
    const given = new Map(Object.entries(request.buildArgs));
    const registry = {
      insecure: request.insecureRegistries,
      ...this.#options.credentials === void 0 ? {} : { credentials: this.#options.credentials }
    };
    const bases = new BaseImages({
      store,
      work,
      reporter,
      registry,
      pull: request.pull,
      makers: this.#options.makers
    });
    const tools = {
      file,
      request,
      reporter,
      room,
      given,
      cache: new StepCache(join6(this.#options.stateDir, "build", "cache")),
      isStored: (digest) => store.retain(digest),
      proxies: new Map([...given].filter(([name]) => PROXY_ARGS.includes(name))),
      signal: work.signal
    };
    const named2 = Object.entries(request.contexts).map(
      ([name, directory]) => [name, BuildContext.named(directory, hashes)]
    );
    const context = new BuildContext(request.contextDir, readIgnore(request.ignore), hashes);
    const parameters = {
      tools,
      bases,
      context,
      named: new Map(named2),
      target: targetOf(request),
      host: hostPlatform()
    };
    return new Build(parameters, request.target);
  }
};
function targetOf(request) {
  const [platform] = request.platforms;
  return platform === void 0 ? hostPlatform() : parsePlatform2(platform);
}
async function warnOfUnused(file, request, work) {
  const declared = declaredArgs(file);
  const unused = Object.keys(request.buildArgs).filter(
    (name) => !declared.has(name) && !PROXY_ARGS.includes(name)
  );
  if (unused.length === 0) return;
  await work.report({
    kind: "notice",
    level: "warning",
    text: `No ARG declares the build argument${unused.length > 1 ? "s" : ""} ${unused.join(", ")}.`,
    hint: `Add ARG ${unused[0] ?? ""} to ${file.path}, or leave the argument out.`
  });
}
async function finish(store, state, request) {
  const { image, layers } = state;
  image.addLabels(request.labels);
  const config = image.toConfig(layers.map((layer) => layer.diffId));
  const descriptor = await writeImage(store, {
    config,
    layers: layers.map((layer) => layer.descriptor)
  });
  const tags = request.tags.map((tag) => parseReference(tag));
  const names = tags.length > 0 ? tags.map((tag) => tag.normalized) : [descriptor.digest];
  for (const name of names) await store.tag(name, descriptor);
  const { configDigest } = await readImage(store, descriptor);
  const { os, architecture, variant } = image.platform;
  return {
    id: configDigest,
    digest: descriptor.digest,
    references: tags.map((tag) => tag.familiar),
    platform: { os, architecture, ...variant === void 0 ? {} : { variant } },
    size: layers.reduce((sum, layer) => sum + layer.descriptor.size, 0),
    user: image.user,
    labels: { ...config.config?.Labels }
  };
}

// libs/drivers/local/src/build/open-room.ts
import { join as join12 } from "node:path";

// libs/drivers/local/src/sandbox/start-sandbox.ts
import { chmod, chown, mkdir as mkdir4, writeFile as writeFile5 } from "node:fs/promises";
import { basename as basename2, join as join8 } from "node:path";

// libs/drivers/local/src/sandbox/setup/etc-files.ts
import { realpath, writeFile as writeFile4 } from "node:fs/promises";
import { join as join7 } from "node:path";
async function writeEtcFiles(dir, spec) {
  const hosts = join7(dir, "hosts");
  const hostname = join7(dir, "hostname");
  await Promise.all([writeFile4(hosts, hostsText(spec)), writeFile4(hostname, `${spec.hostname}
`)]);
  const binds = [bindEtc(hosts, "hosts"), bindEtc(hostname, "hostname")];
  const resolver = spec.network === "host" ? await resolverFile() : void 0;
  return resolver === void 0 ? binds : [...binds, bindEtc(resolver, "resolv.conf")];
}
function bindEtc(source, name) {
  return { source, target: `/etc/${name}`, readOnly: true };
}
function hostsText(spec) {
  const extra = (spec.extraHosts ?? []).map((entry) => {
    const colon = entry.indexOf(":");
    return `${entry.slice(colon + 1)}	${entry.slice(0, colon)}
`;
  });
  const own = `127.0.1.1	${spec.hostname}
`;
  return `127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
${own}${extra.join("")}`;
}
async function resolverFile() {
  return realpath("/etc/resolv.conf").catch(() => void 0);
}

// libs/drivers/local/src/sandbox/setup/init-process.ts
import { spawn } from "node:child_process";
import { closeSync as closeSync2, openSync as openSync2 } from "node:fs";
import { once } from "node:events";
import { Duplex } from "node:stream";
var STDERR_KEPT = 4096;
var OWN_PIPES = 4;
var PAYLOAD = 3;
var OUTSIDE = 7;
var WITH_HELPER = `{
  exec 0<&${OUTSIDE} 1>&${OUTSIDE} 2>&${OUTSIDE} 3>&- 4>&- 5>&- 6>&- ${OUTSIDE}>&-
  while read -r line; do eval "$line"; done
} &
exec ${OUTSIDE}>&-
`;
var InitProcess = class _InitProcess {
  process;
  exit;
  /** What could not be done but does not stop the start. */
  notices = [];
  #setup;
  #payload;
  #outside;
  #pipes;
  #complaints = "";
  constructor(process2, pipes) {
    this.process = process2;
    this.#pipes = pipes;
    const { script, messages, complaints, payload, outside } = pipes;
    this.#setup = new Messages(messages);
    this.#payload = new Messages(payload);
    this.#outside = new Messages(outside);
    complaints.on("data", (chunk) => {
      this.#complaints = (this.#complaints + chunk.toString("utf8")).slice(-STDERR_KEPT);
    });
    for (const stream of [script, complaints]) stream.on("error", () => void 0);
    this.exit = new Promise((resolve2) => {
      process2.once("close", (code, signal) => resolve2({ code, signal }));
    });
  }
  /** Starts `words`; the program's standard streams are `stdio`. */
  static async start(words, options) {
    const [command = "", ...args] = words;
    const nothing = openSync2("/dev/null", "r+");
    const child = spawn(command, args, {
      cwd: "/",
      env: { PATH: HOST_PATH, LC_ALL: "C", LIBMOUNT_FORCE_MOUNT2: "always" },
      stdio: [
        ...Array.from({ length: OWN_PIPES }, () => "pipe"),
        ...programStreams(options.stdio, nothing),
        "pipe",
        ...plugs(options.inherited, nothing)
      ],
      detached: true
    });
    closeSync2(nothing);
    await once(child, "spawn").catch((cause) => {
      throw sandboxFailed("start", String(cause));
    });
    child.on("error", () => void 0);
    return new _InitProcess(child, pipesOf(child));
  }
  /** More of the set-up script. */
  tellSetup(script) {
    this.#pipes.script.write(script);
  }
  /** More of the script of the process that becomes the program. */
  tellPayload(script) {
    this.#pipes.payload.write(script);
  }
  /** One line of shell for the helper that stays outside of the sandbox; gives its answer's first word. */
  async askOutside(line, answer, signal) {
    this.#pipes.outside.write(`${line} && echo ${answer}
`);
    await this.#expect(this.#outside, [answer], signal);
  }
  /** The next message of the set-up, which must be one of `words`; throws when it failed. */
  expectSetup(words, signal) {
    return this.#expect(this.#setup, words, signal);
  }
  /** The next message of the process that becomes the program. */
  expectPayload(words, signal) {
    return this.#expect(this.#payload, words, signal);
  }
  async #expect(from2, words, signal) {
    let message = await from2.next();
    for (; message?.word === "notice"; message = await from2.next()) this.notices.push(message.rest);
    if (message !== void 0 && words.includes(message.word)) return message;
    if (signal.aborted) throw canceled("The start of a sandbox");
    if (message === void 0) {
      await this.exit;
      throw sandboxFailed(`before "${words.join('", "')}"`, this.#complaints);
    }
    if (message.word === "failed") throw sandboxFailed(message.rest, this.#complaints);
    throw sandboxFailed(words.join(" or "), `${message.word} ${message.rest}`);
  }
  /** Closes our ends of the set-up pipes; the program's own streams stay. */
  letGo() {
    for (const stream of Object.values(this.#pipes)) stream.destroy();
  }
  /** A pipe of the program that was asked for in `stdio`. */
  stream(index) {
    return this.process.stdio[OWN_PIPES + index] ?? null;
  }
};
function pipesOf(child) {
  const { stdin, stdout, stderr } = child;
  const ends = child.stdio;
  const payload = ends[PAYLOAD];
  const outside = ends[OUTSIDE];
  const areDuplex = payload instanceof Duplex && outside instanceof Duplex;
  if (stdin === null || stdout === null || stderr === null || !areDuplex) {
    throw sandboxFailed("start", "no pipes");
  }
  return { script: stdin, messages: stdout, complaints: stderr, payload, outside };
}
function programStreams(stdio, nothing) {
  return [0, 1, 2].map((index) => {
    const one = Array.isArray(stdio) ? stdio[index] : stdio;
    if (one === "inherit") return index;
    return one === "ignore" ? nothing : one;
  });
}
function plugs(inherited, nothing) {
  const first = OUTSIDE + 1;
  const count = Math.max(first, ...inherited.map((fd) => fd + 1)) - first;
  return Array.from(
    { length: count },
    (_, index) => inherited.includes(index + first) ? nothing : "ignore"
  );
}

// libs/drivers/local/src/sandbox/setup/file-groups.ts
import { dirname as dirname5 } from "node:path";
function groupFiles(files) {
  const groups = /* @__PURE__ */ new Map();
  for (const file of files) {
    const key = `${file.sensitive ? "s" : "p"}${dirname5(file.path)}`;
    groups.set(key, [...groups.get(key) ?? [], file]);
  }
  return [...groups].map(([key, held], index) => ({
    dir: key.slice(1),
    stage: `files/${index}`,
    sensitive: key.startsWith("s"),
    files: held
  }));
}

// libs/drivers/local/src/sandbox/setup/payload-script.ts
function payloadWords(tools, mapping, spec) {
  const isSingle = mapping.kind === "single";
  const kept = spec.capabilities.map((name) => `+${name.replace(/^CAP_/i, "").toLowerCase()}`);
  const only = ["-all", ...kept].join(",");
  const drop = [`--bounding-set=${only}`, `--inh-caps=${only}`, `--ambient-caps=${only}`];
  const who = isSingle ? ["--keep-groups"] : switchUser(spec.user);
  return [
    ...isSingle ? enterAs(tools, spec.user) : [],
    tools.setpriv,
    "--no-new-privs",
    ...who,
    ...drop,
    tools.sh,
    "-s"
  ];
}
function switchUser(user) {
  const groups = user.groups.length === 0 ? ["--clear-groups"] : [`--groups=${user.groups.join(",")}`];
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, ...groups];
}
function enterAs(tools, user) {
  if (user.uid === 0 && user.gid === 0) return [];
  const ids = [`--map-user=${user.uid}`, `--map-group=${user.gid}`];
  return [tools.unshare, "--user", ...ids, "--keep-caps"];
}
function startPayload(words) {
  return `${shellWords(words)} 0<&3 1>&3 2>&3 &
payload=$!
`;
}
var PAYLOAD_HELLO = "echo ready\n";
function releaseScript(spec) {
  const [program = "", ...args] = spec.argv;
  const exports = Object.entries(spec.env).map(
    ([name, value]) => `export ${name}=${shellQuote(value)}
`
  );
  const look2 = program.includes("/") ? `[ -x ${shellQuote(program)} ]` : `command -v ${shellQuote(program)}`;
  return `unset PWD OLDPWD LC_ALL LIBMOUNT_FORCE_MOUNT2
cd ${shellQuote(spec.cwd)} || { echo "refused cwd"; exit 125; }
umask 022
${exports.join("")}${look2} >/dev/null || { echo "refused program"; exit 125; }
echo released
exec ${shellWords([program, ...args])} 0<&4 1>&5 2>&6 3>&- 4>&- 5>&- 6>&- 7>&-
`;
}

// libs/drivers/local/src/sandbox/setup/plan.ts
import { statSync } from "node:fs";
import { realpath as realpath2 } from "node:fs/promises";

// libs/drivers/local/src/sandbox/setup/host-mounts.ts
import { readFile as readFile4 } from "node:fs/promises";
var LOCKED = ["nosuid", "nodev", "noexec"];
var HostMounts = class _HostMounts {
  #mounts;
  constructor(mounts) {
    this.#mounts = mounts;
  }
  static async read() {
    return _HostMounts.parse(await readFile4("/proc/self/mountinfo", "utf8"));
  }
  /** Reads text of the form of /proc/PID/mountinfo. */
  static parse(text2) {
    const mounts = text2.split("\n").flatMap((line) => {
      const [, , , , point, options] = line.split(" ");
      return point && options ? [{ point: unescape(point), options: options.split(",") }] : [];
    });
    return new _HostMounts(mounts);
  }
  /** Options of the mount that holds `path` and that the kernel insists on when it is bound again. */
  lockedOptions(path) {
    const holding = this.#mounts.filter(({ point }) => isBelow(path, point));
    const nearest = holding.reduce(
      (best, each) => best && best.point.length > each.point.length ? best : each,
      void 0
    );
    return LOCKED.filter((option) => nearest?.options.includes(option));
  }
  /** Whether something is mounted below `path`. */
  hasMountsBelow(path) {
    return this.#mounts.some(({ point }) => point !== path && isBelow(point, path));
  }
};
function isBelow(path, top) {
  return top === "/" || path === top || path.startsWith(`${top}/`);
}
function unescape(text2) {
  return text2.replaceAll(
    /\\([0-7]{3})/g,
    (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))
  );
}

// libs/drivers/local/src/sandbox/setup/setup-script.ts
import { basename } from "node:path";
var ANNOUNCE = 'read -r pid rest </proc/self/stat; echo "pid $pid"\n';
function setupFunctions(tools, scratch) {
  return `
N=${shellQuote(scratch.rootDir)} S=${shellQuote(scratch.stageDir)} T=${shellQuote(scratch.tablePath)}
die() { echo "failed $*"; exit 125; }
# The place of absolute path $1 in the root at $N: links are followed as the sandbox will, never outside of it.
resolve() {
  resolved= rest=\${1#/} hops=0
  while [ -n "$rest" ]; do
    case $rest in */*) part=\${rest%%/*} rest=\${rest#*/} ;; *) part=$rest rest= ;; esac
    case $part in
      ''|.) continue ;;
      ..) resolved=\${resolved%/*}; continue ;;
    esac
    if [ -L "$N$resolved/$part" ]; then
      hops=$((hops + 1)); [ $hops -le 40 ] || die "too many links in $1"
      link=$(${tools.readlink} -- "$N$resolved/$part"; echo x); link=\${link%?x}
      case $link in /*) resolved= ;; esac
      rest=$link\${rest:+/$rest}
    else
      resolved=$resolved/$part
    fi
  done
}
ensure_dir() { [ -d "$N$resolved" ] || ${tools.mkdir} -p -- "$N$resolved" || die "mkdir $1"; }
ensure_file() {
  [ -e "$N$resolved" ] && return
  [ -d "$N\${resolved%/*}" ] || ${tools.mkdir} -p -- "$N\${resolved%/*}" || die "mkdir $1"
  : >"$N$resolved" || die "create $1"
}
# Directories that the mount table names must be where they say.
point() { resolve "$1"; [ "$resolved" = "$1" ] || { echo "link $1"; exit 125; }; ensure_dir "$1"; }
# bind SOURCE TARGET OPTIONS KIND: by the table where the names are plain, at once where they are not.
bind() {
  resolve "$2"; "ensure_$4" "$2"
  case $1$N$resolved in
    *[!A-Za-z0-9_./@:+-]*) ${tools.mount} -o "$3" -- "$1" "$N$resolved" || die "bind $2" ;;
    *) echo "$1 $N$resolved none $3 0 0" >>"$T" ;;
  esac
}
`;
}
function firstStage(tools, first) {
  return `
cd ${shellQuote(first.baseDir)} && ${tools.mount} -a -T ${shellQuote(first.table)} || die "mount root"
cd /
[ -e "$N" ] && [ -d "$S" ] || die "mount root"
`;
}
function setHostname(host, name) {
  const quoted = shellQuote(name);
  if (host.mapping.kind === "full") return `echo ${quoted} >/proc/sys/kernel/hostname || :
`;
  return host.tools.hostname === void 0 ? "" : `${host.tools.hostname} ${quoted} || :
`;
}
function standardPoints(network) {
  const sys = network === "none" ? "point /sys\n" : "";
  return `point /proc
point /dev
${sys}`;
}
function placeDirectory(tools, dir) {
  const made = shellQuote(dir.path);
  return `
resolve ${made}
if ! [ -d "$N$resolved" ]; then
  ${tools.mkdir} -p -- "$N$resolved" || die "mkdir" ${made}
  ${dir.owner === "0:0" ? "" : `${tools.chown} ${dir.owner} -- "$N$resolved" || die chown ${made}`}
  ${dir.mode === 493 ? "" : `${tools.chmod} ${dir.mode.toString(8)} -- "$N$resolved" || die chmod ${made}`}
fi
`;
}
function placeGroup(tools, group) {
  const dir = shellQuote(group.dir);
  const stage = `"$S"/${group.stage}`;
  const checks = group.files.map(({ path, existing }) => checkPlace(path, existing === "refuse"));
  const names = group.files.map(({ path }) => `${stage}/${shellQuote(basename(path))}`).join(" ");
  const copy = `[ -d "$N$dir" ] || ${tools.mkdir} -p -- "$N$dir" || die mkdir ${dir}
${tools.cp} -p --remove-destination -- ${names} "$N$dir/" || die copy ${dir}
`;
  const binds = group.files.map(({ path }) => {
    const target = shellQuote(path);
    return `bind ${stage}/${shellQuote(basename(path))} ${target} bind file
`;
  });
  return `resolve ${dir}; dir=$resolved
${checks.join("")}${group.sensitive ? binds.join("") : copy}`;
}
function checkPlace(path, refuse) {
  const place = `"$N$dir/"${shellQuote(basename(path))}`;
  const taken = refuse ? `[ -e ${place} ] || [ -L ${place} ]` : `[ -d ${place} ]`;
  return `if ${taken}; then echo exists ${shellQuote(path)}; exit 125; fi
`;
}
function placeBind(bind2) {
  return `bind ${shellWords([bind2.source, bind2.target, bind2.options, bind2.isDir ? "dir" : "file"])}
`;
}
function placeTmpfs(tools, target, options) {
  return `
resolve ${shellQuote(target)}; ensure_dir ${shellQuote(target)}
case $N$resolved in
  *[!A-Za-z0-9_./@:+-]*) ${tools.mount} -t tmpfs -o ${options} tmpfs "$N$resolved" || die mount ${shellQuote(target)} ;;
  *) echo "tmpfs $N$resolved tmpfs ${fstabField(options)} 0 0" >>"$T" ;;
esac
`;
}
function secondStage(tools, network) {
  const loopback = network === "none" ? `if [ -e "$S/sys/class/net/lo/flags" ]; then echo 0x9 >"$S/sys/class/net/lo/flags" || echo "notice no-loopback"; fi
` : "";
  const sys = network === "none" ? `[ -d "$S/sys" ] || ${tools.mkdir} "$S/sys"
` : "";
  return `${sys}${tools.mount} -a -T "$T" || die "mount"
${loopback}`;
}
function pivot(tools, options) {
  const lock = options.lockHost ? `${tools.mount} -o remount,bind,ro / || :
` : "";
  return `${lock}exec 8<>/dev/null
${tools.pivot_root} "$N" "$N" || die "pivot_root"
echo pivoted
`;
}
function attend(options) {
  return `{
  exec 0<&8 1>&8 2>&8 3>&- 4>&- 5>&- 6>&- 8>&-
  for name in HUP INT QUIT TERM USR1 USR2; do trap "kill -$name $payload" $name; done
  while :; do
    wait "$payload"; code=$?
    kill -0 "$payload" 2>&1 || break
  done
  ${options.writesCode ? "echo $code >&7" : ":"}
  exit $code
}
`;
}

// libs/drivers/local/src/sandbox/setup/plan.ts
var NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
function checkSpec(host, spec) {
  for (const [name, value] of Object.entries(spec.env)) {
    if (!NAME.test(name) || value.includes("\0")) {
      throw invalidSandbox(
        `The environment variable ${JSON.stringify(name)} cannot be passed on.`,
        "Use letters, digits and underscores in its name, and no NUL in its value."
      );
    }
  }
  const { user } = spec;
  if (host.mapping.kind === "single") return;
  const ids = [
    [host.mapping.uids, user.uid],
    ...[user.gid, ...user.groups].map((gid) => [host.mapping.gids, gid])
  ];
  for (const [ranges, id] of ids) {
    if (outsideId(ranges, id) === void 0) {
      throw invalidSandbox(
        `Id ${id} is outside of the ids that this user may hand out.`,
        "Give the user a larger range in /etc/subuid and /etc/subgid."
      );
    }
  }
}
function ownerOf(host, spec) {
  return host.mapping.kind === "single" ? "0:0" : `${spec.user.uid}:${spec.user.gid}`;
}
function firstScript(host, spec, options) {
  const { scratch, table } = options;
  const baseDir = commonDir([...spec.root.lowerDirs, spec.root.upperDir, spec.root.workDir]);
  return [
    "umask 022\n",
    setupFunctions(host.tools, scratch),
    firstStage(host.tools, { table, baseDir }),
    setHostname(host, spec.hostname),
    "echo staged\n"
  ].join("");
}
async function secondScript(host, spec, etc) {
  const { tools } = host;
  const owner = ownerOf(host, spec);
  const files = spec.files ?? [];
  const mounts = await HostMounts.read();
  const binds = await Promise.all(
    [...etc, ...spec.binds ?? []].map((bind2) => bindLine(bind2, mounts))
  );
  return [
    standardPoints(spec.network),
    files.length > 0 && host.mapping.kind === "subordinate" ? `${tools.chown} -R ${owner} "$S/files" || die chown
` : "",
    ...groupFiles(files).map((group) => placeGroup(tools, group)),
    ...(spec.directories ?? []).map(
      (dir) => placeDirectory(tools, { ...dir, owner: dir.owner === "root" ? "0:0" : owner })
    ),
    placeDirectory(tools, { path: spec.cwd, mode: 493, owner: "0:0" }),
    ...(spec.binds ?? []).filter(({ give }) => give === true && owner !== "0:0").map(({ source }) => giveLine(host, owner, source)),
    ...binds,
    ...(spec.tmpfs ?? []).map(
      ({ target, mode, sizeBytes }) => placeTmpfs(tools, target, tmpfsOptions(mode ?? 1023, sizeBytes))
    ),
    secondStage(tools, spec.network),
    pivot(tools, { lockHost: spec.capabilities.length > 0 })
  ].join("");
}
function giveLine({ tools }, owner, source) {
  return `${tools.chown} ${owner} -- ${shellQuote(source)} || die chown
`;
}
function tmpfsOptions(mode, sizeBytes) {
  return `mode=${mode.toString(8)},nosuid,nodev${sizeBytes === void 0 ? "" : `,size=${sizeBytes}`}`;
}
async function bindLine(bind2, mounts) {
  const source = await realpath2(bind2.source).catch(() => {
    throw invalidSandbox(
      `There is no ${bind2.source} to mount.`,
      "Create it, or mount another path."
    );
  });
  const deep = mounts.hasMountsBelow(source);
  if (deep && bind2.readOnly) {
    throw invalidSandbox(
      `${bind2.source} has other file systems mounted below it and cannot be kept read-only.`,
      "Mount the directories below it one by one."
    );
  }
  const how = deep ? "rbind" : "bind";
  const options = bind2.readOnly ? [how, "ro", ...mounts.lockedOptions(source)] : [how];
  const isDir = statSync(source).isDirectory();
  return placeBind({ source, target: bind2.target, options: options.join(","), isDir });
}

// libs/drivers/local/src/sandbox/sandbox.ts
import { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
var Sandbox = class {
  /** First process of the sandbox, as this machine counts. When it ends, everything in the sandbox ends. */
  initPid;
  /** Settles once the program has ended and its pipes are closed. Code 128 + n when signal n ended it. Never rejects. */
  exit;
  #init;
  #graceMs;
  #isKilled = false;
  constructor(init, initPid, graceMs) {
    this.#init = init;
    this.initPid = initPid;
    this.exit = init.exit.then(
      (exit) => this.#isKilled ? { code: null, signal: "SIGKILL" } : exit
    );
    this.#graceMs = graceMs;
  }
  /** Whether the program or what set it up still runs. */
  get isRunning() {
    const { exitCode, signalCode } = this.#init.process;
    return exitCode === null && signalCode === null;
  }
  get stdin() {
    return pipe(this.#init.stream(0), Writable);
  }
  get stdout() {
    return pipe(this.#init.stream(1), Readable);
  }
  get stderr() {
    return pipe(this.#init.stream(2), Readable);
  }
  /** SIGTERM to the program, SIGKILL to everything after `graceMs`; returns once all has ended. Twice is fine. */
  async stop(options = {}) {
    this.#signal("SIGTERM");
    const timer = new AbortController();
    const deadline = delay(options.graceMs ?? this.#graceMs, void 0, { signal: timer.signal }).then(() => this.#signal("SIGKILL")).catch(() => void 0);
    const exit = await this.exit;
    timer.abort();
    await deadline;
    return exit;
  }
  /** Lets this process end while the sandbox goes on; for sandboxes with a supervisor. */
  letGo() {
    this.#init.process.unref();
  }
  #signal(signal) {
    if (!this.isRunning) return;
    try {
      process.kill(this.initPid, signal);
      if (signal === "SIGKILL") this.#isKilled = true;
    } catch {
    }
  }
  async [Symbol.asyncDispose]() {
    await this.stop();
  }
};
function pipe(stream, kind) {
  if (stream instanceof kind) return stream;
  throw new ProcessError("not-started", "The sandbox was started without that pipe.", {
    hint: "Ask for a pipe in `stdio`."
  });
}

// libs/drivers/local/src/sandbox/start-sandbox.ts
var START_MS = 3e4;
var GRACE_MS = 5e3;
async function startSandbox(host, spec, options) {
  checkSpec(host, spec);
  if (options.signal.aborted) throw canceled("The start of a sandbox");
  await using scratch = await TempDir.create("run-", host.dir);
  const init = await InitProcess.start(commandWords2(host, options), {
    stdio: options.stdio ?? "pipe",
    inherited: host.inherited
  });
  const timeout = AbortSignal.any([options.signal, AbortSignal.timeout(START_MS)]);
  const starting = new Starting(host, spec, init);
  const kill = () => starting.kill();
  timeout.addEventListener("abort", kill, { once: true });
  try {
    const pid = await starting.run(scratch.path, options);
    const sandbox = new Sandbox(init, pid, options.graceMs ?? GRACE_MS);
    if (options.supervisor !== void 0) return sandbox;
    const stop = () => void sandbox.stop();
    options.signal.addEventListener("abort", stop, { once: true });
    void init.exit.then(() => options.signal.removeEventListener("abort", stop));
    if (options.signal.aborted) stop();
    return sandbox;
  } catch (error) {
    kill();
    await init.exit;
    throw options.signal.aborted ? canceled("The start of a sandbox") : error;
  } finally {
    timeout.removeEventListener("abort", kill);
    init.letGo();
  }
}
function commandWords2(host, options) {
  const { setpriv, sh, unshare } = host.tools;
  const apart = ["--user", "--keep-caps", "--mount", "--pid", "--ipc", "--uts", "--fork"];
  const { script, args } = options.supervisor ?? { script: 'exec "$@"\n', args: [] };
  const dying = options.supervisor === void 0 ? [setpriv, "--pdeathsig", "KILL"] : [];
  const made = options.supervisor === void 0 ? ["--kill-child"] : [];
  const command = [...dying, unshare, ...apart, ...made, sh, "-s"];
  return [sh, "-c", WITH_HELPER + script, "gantry-run", ...args, ...command];
}
var Starting = class {
  #host;
  #spec;
  #init;
  constructor(host, spec, init) {
    this.#host = host;
    this.#spec = spec;
    this.#init = init;
  }
  async run(dir, options) {
    const { signal } = options;
    const { scratch, table, etc } = await this.#prepare(dir);
    this.#init.tellSetup(ANNOUNCE);
    this.#init.tellPayload(PAYLOAD_HELLO);
    const pid = Number((await this.#init.expectSetup(["pid"], signal)).rest);
    const started = { initPid: pid, outerPid: this.#init.process.pid ?? 0 };
    await options.onCreated?.(started);
    await this.#mapIds(pid, signal);
    if (this.#spec.network === "none") await this.#ownNetwork(signal);
    this.#init.tellSetup(
      startPayload(payloadWords(this.#host.tools, this.#host.mapping, this.#spec)) + firstScript(this.#host, this.#spec, { scratch, table })
    );
    const [second] = await Promise.all([
      secondScript(this.#host, this.#spec, etc),
      this.#init.expectSetup(["staged"], signal),
      // Loaded before the root changes: afterwards no program of this machine can be.
      this.#init.expectPayload(["ready"], signal)
    ]);
    await this.#stageFiles(pid, scratch);
    this.#init.tellSetup(second);
    await this.#expectPivot(signal);
    await this.#dropOldRoot(pid, signal);
    await options.onReady?.(started);
    this.#init.tellSetup(attend({ writesCode: options.supervisor !== void 0 }));
    await this.#release(signal);
    return pid;
  }
  async #mapIds(pid, signal) {
    const command = await mapIds(this.#host.tools, this.#host.mapping, pid);
    if (command !== void 0) await this.#init.askOutside(command, "mapped", signal);
  }
  /** Made only now that ids are mapped: the namespace's root would own nothing of it otherwise. */
  async #ownNetwork(signal) {
    const { unshare, sh } = this.#host.tools;
    this.#init.tellSetup(`exec ${unshare} --net ${sh} -c 'echo apart; exec ${sh} -s'
`);
    await this.#init.expectSetup(["apart"], signal);
  }
  async #prepare(dir) {
    const scratch = {
      rootDir: join8(dir, "root"),
      stageDir: join8(dir, "stage"),
      tablePath: join8(dir, "second")
    };
    const table = join8(dir, "first");
    const { lowerDirs, upperDir, workDir } = this.#spec.root;
    const baseDir = commonDir([...lowerDirs, upperDir, workDir]);
    const [etc] = await Promise.all([
      writeEtcFiles(dir, this.#spec),
      mkdir4(scratch.rootDir),
      mkdir4(scratch.stageDir),
      writeFile5(table, firstTable(this.#spec.root, scratch, baseDir)),
      writeFile5(scratch.tablePath, secondTable(this.#spec, scratch, this.#host))
    ]);
    return { scratch, table, etc };
  }
  /** Writes the files' content into the stage, which only this sandbox and its maker can reach. */
  async #stageFiles(pid, scratch) {
    const stage = `/proc/${pid}/root${scratch.stageDir}`;
    const { mapping } = this.#host;
    const owner = mapping.kind === "full" ? this.#spec.user : void 0;
    for (const group of groupFiles(this.#spec.files ?? [])) {
      const dir = join8(stage, group.stage);
      await mkdir4(dir, { recursive: true });
      await Promise.all(
        group.files.map((file) => stageFile(join8(dir, basename2(file.path)), file, owner))
      );
    }
  }
  async #expectPivot(signal) {
    const { word, rest } = await this.#init.expectSetup(["pivoted", "exists", "link"], signal);
    if (word === "exists") throw fileExists(rest);
    if (word === "link") throw rootUnusable(rest);
  }
  /** Takes this machine's file system away. Entering the mount namespace leads to the old root, which lies on top. */
  async #dropOldRoot(pid, signal) {
    const { nsenter, umount } = this.#host.tools;
    const enter = `${nsenter} -t ${pid} --user --mount --preserve-credentials`;
    await this.#init.askOutside(`${enter} ${umount} -l /`, "dropped", signal);
  }
  async #release(signal) {
    this.#init.tellPayload(releaseScript(this.#spec));
    const { word, rest } = await this.#init.expectPayload(["released", "refused"], signal);
    if (word === "refused") throw refusal(rest, this.#spec);
  }
  /** Ends every process of the attempt. */
  kill() {
    const { pid, exitCode, signalCode } = this.#init.process;
    if (pid === void 0 || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
    }
  }
};
async function stageFile(path, file, owner) {
  await writeFile5(path, file.content, { mode: 384, flag: "wx" });
  await chmod(path, file.mode);
  if (owner !== void 0) await chown(path, owner.uid, owner.gid);
}
function refusal(what, spec) {
  if (what === "program") return programMissing(spec.argv[0] ?? "");
  return sandboxFailed("working directory", `its user may not enter ${spec.cwd}`);
}

// libs/drivers/local/src/build/room.ts
import { join as join11 } from "node:path";

// libs/drivers/local/src/build/run-step.ts
import { constants as constants2 } from "node:os";
import { join as join9 } from "node:path";

// libs/drivers/local/src/build/log-masks.ts
var MIN_LENGTH = 4;
var MASK = "******";
function maskSecrets(secrets) {
  const words = secrets.flatMap((secret2) => {
    const text2 = Buffer.from(secret2.buffer, secret2.byteOffset, secret2.byteLength).toString("utf8");
    return [text2, text2.trim(), ...text2.split("\n").map((line) => line.trim())];
  });
  const sorted = [...new Set(words)].filter((word) => word.length >= MIN_LENGTH).toSorted((a, b) => b.length - a.length);
  return (text2) => sorted.reduce((masked, word) => masked.replaceAll(word, MASK), text2);
}

// libs/drivers/local/src/build/output-pipe.ts
import { closeSync as closeSync3, constants, openSync as openSync3 } from "node:fs";
import { Socket } from "node:net";
var MODE = "622";
var OutputPipe = class _OutputPipe {
  /** For reading, here. */
  output;
  #writer;
  #isOpen = true;
  constructor(output, writer) {
    this.output = output;
    this.#writer = writer;
  }
  /** Makes a pipe; `path` must not exist. */
  static async create(path) {
    const { exit, stderr } = await runCommand("mkfifo", ["-m", MODE, path], {
      env: { PATH: HOST_PATH }
    });
    if (exit.code !== 0) {
      throw new ProcessError("failed", `mkfifo failed: ${stderr.trim()}`, {
        hint: "Look at the state directory."
      });
    }
    const reader = openSync3(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = new Socket({ fd: reader, readable: true, writable: false });
    return new _OutputPipe(output, openSync3(path, constants.O_WRONLY));
  }
  /** The end for a program's `stdio`. */
  get writeFd() {
    return this.#writer;
  }
  /** Call once the program has the other end: the output then ends with the program. */
  handOver() {
    if (this.#isOpen) closeSync3(this.#writer);
    this.#isOpen = false;
  }
  [Symbol.dispose]() {
    this.handOver();
    this.output.destroy();
  }
};

// libs/drivers/local/src/build/step-log.ts
var TAIL = 12;
var StepLog = class {
  #step;
  #work;
  #mask;
  #tail = [];
  constructor(step, work, mask) {
    this.#step = step;
    this.#work = work;
    this.#mask = mask;
  }
  /** The last lines of both streams. */
  get tail() {
    return this.#tail;
  }
  /** Reads a stream to its end. A slow reader of the log slows the program, and nothing piles up. */
  async follow(stream, bytes) {
    for await (const chunk of lineChunks(bytes)) {
      const text2 = this.#mask(chunk);
      const lines = text2.split("\n").filter((line) => line.trim() !== "");
      this.#tail = [...this.#tail, ...lines].slice(-TAIL);
      await this.#work.report({ kind: "log", stream, text: text2, step: this.#step });
    }
  }
};

// libs/drivers/local/src/build/run-step.ts
var CAPABILITIES = [
  "CAP_AUDIT_WRITE",
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_MKNOD",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_RAW",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_CHROOT"
];
var GRACE_MS2 = 1e3;
var OWN_MOUNT_POINTS = [
  "/proc",
  "/sys",
  "/dev",
  "/etc/resolv.conf",
  "/etc/hosts",
  "/etc/hostname"
];
var RunStep = class {
  #plan;
  #around;
  constructor(plan, around) {
    this.#plan = plan;
    this.#around = around;
  }
  /** Runs the program to its end; gives the places that mounts needed. Throws `build-failed`. */
  async run() {
    using held = new DisposableStack();
    const gathered = {
      binds: [],
      tmpfs: [],
      files: [],
      secrets: [],
      env: new Map(this.#plan.environment)
    };
    for (const [index, mount] of this.#plan.mounts.entries())
      await this.#gather(mount, { index, gathered, held });
    const { script } = this.#plan.command;
    if (script !== void 0) {
      const file = placed(script.path, Buffer.from(script.text), 493);
      gathered.files.push({ ...file, sensitive: true });
    }
    await this.#execute(gathered);
    return [
      ...gathered.binds.map((bind2) => bind2.target),
      ...gathered.tmpfs.map((tmpfs2) => tmpfs2.target),
      ...gathered.files.map((file) => file.path),
      ...OWN_MOUNT_POINTS
    ];
  }
  async #execute(gathered) {
    const { work, step, place } = this.#around;
    const { space } = this.#around.dirs;
    const log = new StepLog(step.id, work, maskSecrets(gathered.secrets));
    using stdout = await OutputPipe.create(join9(space.path, "stdout"));
    using stderr = await OutputPipe.create(join9(space.path, "stderr"));
    const following = Promise.all([
      log.follow("stdout", stdout.output),
      log.follow("stderr", stderr.output)
    ]);
    following.catch(() => void 0);
    await using program = await this.#start(await this.#spec(gathered), [stdout, stderr]);
    const [exit] = await Promise.all([program.exit, following]);
    work.signal.throwIfAborted();
    if (exit.code === 0) return;
    throw stepFailed(place, step.title, { ending: endingOf(exit), output: log.tail });
  }
  async #start(spec, pipes) {
    const { tools, work, place, step } = this.#around;
    const stdio = ["ignore", ...pipes.map((pipe2) => pipe2.writeFd)];
    try {
      return await tools.startProgram(spec, { stdio, signal: work.signal, graceMs: GRACE_MS2 });
    } catch (error) {
      const isTheirs = error instanceof DriverError && error.code === "invalid-request";
      throw isTheirs ? stepFailed(place, step.title, { ending: `did not start: ${error.message}`, output: [] }) : error;
    } finally {
      for (const pipe2 of pipes) pipe2.handOver();
    }
  }
  async #spec(gathered) {
    const { dirs } = this.#around;
    const plan = this.#plan;
    const empty = dirs.lowers.length === 0 ? [await dirs.space.directory("empty")] : [];
    const { home, ...user } = await this.#user();
    return {
      root: { lowerDirs: [...dirs.lowers, ...empty], upperDir: dirs.upper, workDir: dirs.work },
      argv: plan.command.words,
      env: { HOME: home, ...Object.fromEntries(gathered.env) },
      cwd: plan.workingDir,
      user,
      network: plan.network === "none" ? "none" : "host",
      hostname: "build",
      extraHosts: plan.extraHosts,
      binds: gathered.binds,
      tmpfs: gathered.tmpfs,
      files: gathered.files,
      capabilities: CAPABILITIES
    };
  }
  async #user() {
    const root = { uid: 0, gid: 0, groups: [], home: "/root" };
    const name = this.#plan.user;
    const request = {
      op: "user",
      from: this.#around.image,
      user: name === "" ? "0" : name
    };
    return (await this.#around.send(request)).user ?? root;
  }
  async #gather(plan, to) {
    const { gathered } = to;
    switch (plan.type) {
      case "tmpfs": {
        const { target, sizeBytes } = plan.mount;
        gathered.tmpfs.push(sizeBytes === void 0 ? { target } : { target, sizeBytes });
        return;
      }
      case "secret":
        return this.#secret(plan, gathered);
      case "cache":
        gathered.binds.push(await this.#cache(plan, to.held));
        return;
      case "bind":
        gathered.binds.push(await this.#bind(plan, to.index));
        return;
    }
  }
  async #secret(plan, gathered) {
    const content = await plan.read?.(this.#around.work.signal);
    if (content === void 0) return;
    gathered.secrets.push(content);
    const { target, env, mode } = plan.mount;
    if (target !== void 0)
      gathered.files.push({ ...placed(target, content, mode), sensitive: true });
    if (env !== void 0) gathered.env.set(env, Buffer.from(content).toString("utf8"));
  }
  async #cache(plan, held) {
    const { id, sharing, target, source, readOnly, mode, uid, gid } = plan.mount;
    const { path } = held.use(await this.#around.cacheMounts.take(id, sharing));
    const from2 = plan.from === void 0 ? void 0 : await this.#around.tree(plan.from, "cache-from");
    await this.#around.send({
      op: "cache",
      path,
      mode,
      uid,
      gid,
      ...from2 === void 0 ? {} : { from: from2, source }
    });
    return { source: path, target, readOnly };
  }
  /** The part of a tree that a bind mount shows; a copy where it may be written to or must leave something out. */
  async #bind(plan, index) {
    const { target, source, writable } = plan.mount;
    const place = join9(this.#around.dirs.space.path, `bind-${index}`);
    const from2 = await this.#around.tree(plan.from, `bind-from-${index}`);
    const whole = plan.sources?.[0];
    if (plan.isWhole && !writable && from2.kind === "directory" && whole !== void 0) {
      return { source: join9(from2.path, whole.path), target, readOnly: true };
    }
    await this.#around.send({
      op: "extract",
      from: from2,
      source,
      target: place,
      ...plan.sources === void 0 ? {} : { sources: plan.sources }
    });
    return { source: place, target, readOnly: !writable };
  }
};
function placed(path, content, mode) {
  return { path, content, mode, sensitive: false, existing: "replace" };
}
function endingOf({ code, signal }) {
  if (signal !== null) return `was ended by ${signal}`;
  const number = (code ?? 0) - 128;
  const name = Object.entries(constants2.signals).find(([, value]) => value === number)?.[0];
  return name === void 0 ? `ended with exit code ${code}` : `ended with exit code ${code} (${name})`;
}

// libs/drivers/local/src/build/worker/worker.ts
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
var WorkerFault = class extends Error {
  name = "WorkerFault";
  fault;
  hint;
  constructor(reply) {
    super(reply.message);
    this.fault = reply.fault;
    this.hint = reply.hint;
  }
};
function workerCommand(ids) {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(
    new URL(isSource ? "./build-worker.ts" : "./build-worker.js", import.meta.url)
  );
  return [
    process.execPath,
    ...isSource ? ["--conditions=@gantry/source"] : [],
    entry,
    ...ids === "single" ? ["--single-id"] : []
  ];
}
var Worker = class {
  #child;
  #replies;
  #said;
  #last = Promise.resolve();
  constructor(child) {
    this.#child = child;
    child.stdin.on("error", () => void 0);
    this.#replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#said = readTail(child.stderr);
  }
  get isRunning() {
    return this.#child.isRunning;
  }
  /** Carries out one request after the other. Throws `WorkerFault`. */
  send(request) {
    const turn = this.#last.then(() => this.#exchange(request));
    this.#last = turn.catch(() => void 0);
    return turn;
  }
  async [Symbol.asyncDispose]() {
    this.#child.stdin.end();
    await this.#child.stop({ graceMs: 1e3 });
  }
  async #exchange(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}
`);
    const line = await this.#replies.next();
    if (line.done === true) throw await this.#broken();
    const reply = JSON.parse(line.value);
    if (!reply.ok) throw new WorkerFault(reply);
    return reply;
  }
  async #broken() {
    const { code, signal } = await this.#child.exit;
    const message = `the process for file work ended (${signal ?? code}): ${await this.#said}`.trim();
    return new WorkerFault({
      fault: "defect",
      message,
      hint: "Start the build again; look for a lack of memory."
    });
  }
};
async function readTail(stream) {
  let tail = "";
  for await (const chunk of stream)
    tail = (tail + Buffer.from(chunk).toString("utf8")).slice(-2e3);
  return tail;
}

// libs/drivers/local/src/build/workspace.ts
import { randomUUID as randomUUID2 } from "node:crypto";
import { mkdir as mkdir5, readdir, readFile as readFile5, rm as rm3 } from "node:fs/promises";
import { join as join10 } from "node:path";
var Workspace = class _Workspace {
  path;
  #remove;
  constructor(path, remove) {
    this.path = path;
    this.#remove = remove;
  }
  static async create(parent, remove) {
    const path = join10(parent, `${process.pid}-${await startOf(process.pid)}-${randomUUID2()}`);
    await mkdir5(path, { recursive: true });
    return new _Workspace(path, remove);
  }
  /** Makes an empty directory in it. */
  async directory(name) {
    const path = join10(this.path, name);
    await mkdir5(path, { mode: 493 });
    return path;
  }
  async [Symbol.asyncDispose]() {
    await removeAll([this.path], this.#remove);
  }
};
async function sweepWorkspaces(parent, remove) {
  const names = await readdir(parent).catch(() => []);
  const states = await Promise.all(
    names.map(async (name) => ({ name, isLeft: await isLeftOver(name) }))
  );
  const left = states.filter((state) => state.isLeft).map((state) => join10(parent, state.name));
  if (left.length > 0) await removeAll(left, remove);
}
async function removeAll(paths, remove) {
  try {
    for (const path of paths) await rm3(path, { recursive: true, force: true });
  } catch {
    await remove(paths);
  }
}
async function isLeftOver(name) {
  const [pid = "", start = ""] = name.split("-");
  return start === "" || await startOf(Number(pid)) !== start;
}
async function startOf(pid) {
  const stat5 = await readFile5(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat5.slice(stat5.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

// libs/drivers/local/src/build/room.ts
var ONE_ID = {
  kind: "notice",
  level: "warning",
  text: "Only one user id is available here: COPY and ADD keep owners in the image, but a program in RUN cannot change an owner or become another user, and files of the base image seem to be root's.",
  hint: "Install uidmap and give this user ranges in /etc/subuid and /etc/subgid."
};
var LocalRoom = class {
  #options;
  #worker;
  constructor(options) {
    this.#options = options;
  }
  prepare() {
    this.#start().catch(() => void 0);
  }
  async perform(plan, on) {
    const { tools, work, workDir } = this.#options;
    await using space = await Workspace.create(workDir, (paths) => this.#remove(paths));
    const lowers = await tools.lowerDirs(on.layers, work.signal);
    const upper = await space.directory("upper");
    const dirs = { space, lowers, upper, work: await space.directory("work") };
    const task = plan.kind === "run" ? await this.#run(plan, { ...on, dirs }) : await this.#fileTask(plan, space);
    const { layer } = await this.#step(task, dirs, on.place);
    if (layer !== void 0) await tools.keep(appendLayer(on.layers, layer), upper);
    return layer;
  }
  async [Symbol.asyncDispose]() {
    const worker = await this.#worker?.catch(() => void 0);
    await worker?.[Symbol.asyncDispose]();
  }
  async #run(plan, on) {
    const step = new RunStep(plan, {
      ...on,
      ...this.#options,
      send: (request) => this.#send(request, on.place),
      tree: (source, name) => this.#tree(source, on.dirs.space, name),
      image: { kind: "layers", lowers: on.dirs.lowers, mount: join11(on.dirs.space.path, "image") }
    });
    return { kind: "capture", mountPoints: await step.run() };
  }
  async #fileTask(plan, space) {
    if (plan.kind === "directory") return plan;
    const from2 = await this.#tree(plan.from, space, "from");
    const task = { ...plan, from: from2 };
    return task;
  }
  async #tree(source, space, name) {
    if (source.kind === "directory") return source;
    const lowers = await this.#options.tools.lowerDirs(source.layers, this.#options.work.signal);
    return { kind: "layers", lowers, mount: join11(space.path, name) };
  }
  #step(task, dirs, place) {
    const { space, lowers, upper, work } = dirs;
    const overlay = {
      lowers,
      upper,
      work,
      merged: join11(space.path, "merged"),
      below: join11(space.path, "below")
    };
    return this.#send({ op: "step", overlay, task, contentDir: this.#options.contentDir }, place);
  }
  async #send(request, place) {
    const { signal } = this.#options.work;
    signal.throwIfAborted();
    const worker = await this.#start();
    try {
      return await worker.send(request);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof WorkerFault ? stepBroken(place, error) : error;
    }
  }
  #start() {
    this.#worker ??= this.#open();
    return this.#worker;
  }
  async #open() {
    const { tools, work, workDir } = this.#options;
    const { mapping } = await tools.host();
    if (mapping.kind === "single") await work.report(ONE_ID);
    const worker = await tools.startWorker(work.signal);
    await sweepWorkspaces(
      workDir,
      async (paths) => void await worker.send({ op: "remove", paths })
    );
    return worker;
  }
  /** The build's own worker may have been ended with the build: then another one clears up. */
  async #remove(paths) {
    const own = await this.#worker?.catch(() => void 0);
    if (own?.isRunning === true && !this.#options.work.signal.aborted) {
      await own.send({ op: "remove", paths });
      return;
    }
    await using worker = await this.#options.tools.startWorker(new AbortController().signal);
    await worker.send({ op: "remove", paths });
  }
};

// libs/drivers/local/src/build/worker/start.ts
async function startWorker(host, options) {
  const words = workerCommand(host.mapping.kind);
  return new Worker(
    await startMapped(host, words, {
      signal: options.signal,
      env: { LC_ALL: "C", NODE_COMPILE_CACHE: options.cacheDir }
    })
  );
}

// libs/drivers/local/src/build/open-room.ts
function openRoom(parts, store, work) {
  const { stateDir, host, snapshots, cacheMounts } = parts;
  const cacheDir = join12(stateDir, "build", "compiled");
  const tools = {
    host,
    lowerDirs: async (layers, signal) => (await snapshots()).lowerDirs(store, layers, signal),
    keep: async (layers, upperDir) => (await snapshots()).keep(layers, upperDir),
    startWorker: async (signal) => startWorker(await host(), { signal, cacheDir }),
    startProgram: async (spec, options) => startSandbox(await host(), spec, options)
  };
  const workDir = join12(stateDir, "build", "work");
  return new LocalRoom({ tools, cacheMounts, workDir, contentDir: store.directory, work });
}

// libs/drivers/local/src/probe.ts
import { access, constants as constants3, mkdir as mkdir6 } from "node:fs/promises";
import { join as join13 } from "node:path";
async function probeLocal(options) {
  try {
    const host = await options.host();
    const problem = await tryOverlay(host, options.stateDir, options.signal);
    if (problem !== void 0) return { state: "unavailable", engine: ENGINE, problems: [problem] };
    const limits = singleIdProblem(host);
    return limits === void 0 ? { state: "ready", engine: ENGINE, problems: [] } : { state: "degraded", engine: ENGINE, problems: [limits] };
  } catch (error) {
    if (!(error instanceof DriverError) || error.code === "canceled") throw error;
    return {
      state: "unavailable",
      engine: ENGINE,
      problems: [{ text: error.message, fix: error.hint }]
    };
  }
}
var ENGINE = "Linux namespaces";
function singleIdProblem(host) {
  if (host.mapping.kind !== "single") return void 0;
  return {
    text: "This user has one id only: every file of an image belongs to it, and owners cannot be kept.",
    fix: "Install newuidmap (apt-get install uidmap) and give the user a range in /etc/subuid and /etc/subgid (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER)."
  };
}
async function tryOverlay(host, stateDir, signal) {
  await access(stateDir, constants3.W_OK);
  await using scratch = await TempDir.create("probe-", host.dir);
  const dirs = ["lower", "upper", "work", "merged"].map((name) => join13(scratch.path, name));
  for (const dir of dirs) await mkdir6(dir);
  const script = `cd "$0" && ${host.tools.mount} -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay merged && : >merged/file`;
  await using child = await startMapped(host, [host.tools.sh, "-c", script, scratch.path], {
    signal,
    env: { LIBMOUNT_FORCE_MOUNT2: "always" }
  });
  let said = "";
  for await (const chunk of child.stderr) said = (said + String(chunk)).slice(-500);
  if ((await child.exit).code === 0) return void 0;
  return {
    text: `An overlay cannot be mounted at ${stateDir}: ${said.trim().split("\n")[0] ?? ""}`,
    fix: "Put GANTRY_HOME on a local file system such as ext4, xfs or btrfs, on Linux 5.11 or later."
  };
}

// libs/drivers/local/src/run/run-facet.ts
import { chmod as chmod2, mkdir as mkdir9, open as open3, readdir as readdir2, stat as stat2 } from "node:fs/promises";
import { join as join19 } from "node:path";

// libs/drivers/local/src/platform.ts
function localPlatform() {
  return formatPlatform(hostPlatform());
}

// libs/drivers/local/src/sandbox/ids/many-ids.ts
import { existsSync, readFileSync as readFileSync3 } from "node:fs";
import { userInfo } from "node:os";
import { join as join14 } from "node:path";

// libs/drivers/local/src/sandbox/ids/subordinate.ts
import { readFile as readFile6 } from "node:fs/promises";
async function readSubordinates(file, user) {
  const text2 = await readFile6(file, "utf8").catch(() => "");
  return parseSubordinates(text2, [
    String(user.uid),
    ...user.name === void 0 ? [] : [user.name]
  ]);
}
function parseSubordinates(text2, names) {
  return text2.split("\n").flatMap((line) => {
    const [name = "", start = "", count = "", ...rest] = line.trim().split(":");
    const isRange = /^\d+$/.test(start) && /^[1-9]\d*$/.test(count) && rest.length === 0;
    return isRange && names.includes(name) ? [{ start: Number(start), count: Number(count) }] : [];
  });
}

// libs/drivers/local/src/sandbox/ids/many-ids.ts
function hasManyIds() {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return true;
  const tools = ["newuidmap", "newgidmap"];
  const dirs = HOST_PATH.split(":");
  const areThere = tools.every((tool) => dirs.some((dir) => existsSync(join14(dir, tool))));
  return areThere && ["/etc/subuid", "/etc/subgid"].every((file) => grants(file, uid));
}
function grants(file, uid) {
  try {
    const names = [String(uid), userInfo().username];
    return parseSubordinates(readFileSync3(file, "utf8"), names).length > 0;
  } catch {
    return false;
  }
}

// libs/drivers/local/src/snapshots/remove-trees.ts
import { rm as rm4 } from "node:fs/promises";
async function removeTrees(host, paths, signal) {
  const left = [];
  for (const path of paths) {
    await rm4(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => left.push(path));
  }
  if (left.length > 0) await removeMapped(host, left, signal);
}
async function removeMapped(host, paths, signal) {
  await using child = await startMapped(host, [host.tools.rm, "-rf", "--", ...paths], {
    signal,
    stdio: ["ignore", "ignore", "pipe"]
  });
  let said = "";
  for await (const chunk of child.stderr) said = (said + String(chunk)).slice(-2e3);
  if ((await child.exit).code !== 0) throw sandboxFailed("remove", said);
}

// libs/drivers/local/src/run/cgroup.ts
import { accessSync, constants as constants4, readFileSync as readFileSync4 } from "node:fs";
import { mkdir as mkdir7, readFile as readFile7, rmdir, writeFile as writeFile6 } from "node:fs/promises";
import { dirname as dirname6, join as join15 } from "node:path";
import { setTimeout as delay2 } from "node:timers/promises";
var CONTROLLERS = ["memory", "pids", "cpu"];
var FEATURES2 = { memory: "memory-limit", pids: "pids-limit", cpu: "cpu-limit" };
var CPU_PERIOD_US = 1e5;
function findGroupParents(options) {
  const { membership, root, mayWrite } = options;
  const lines = membership.split("\n").map((line) => line.split(":"));
  const parents = [];
  for (const [id, names = "", ...path] of lines) {
    const own = path.join(":");
    if (id === "0") {
      const parent = unifiedParent(root, own, mayWrite);
      if (parent !== void 0) parents.push(parent);
      continue;
    }
    const held = CONTROLLERS.filter((name) => names.split(",").includes(name));
    const dir = join15(root, names, own);
    if (held.length > 0 && mayWrite(dir)) parents.push({ version: 1, dir, controllers: held });
  }
  return parents;
}
function unifiedParent(root, own, mayWrite) {
  const candidates = [join15(root, dirname6(own)), root];
  for (const dir of candidates) {
    const given = readGiven(join15(dir, "cgroup.subtree_control"));
    const controllers = CONTROLLERS.filter((name) => given.includes(name));
    if (controllers.length > 0 && mayWrite(dir) && mayWrite(join15(dir, "cgroup.procs"))) {
      return { version: 2, dir, controllers };
    }
  }
  return void 0;
}
function readGiven(path) {
  try {
    return readFileSync4(path, "utf8").trim().split(/\s+/);
  } catch {
    return [];
  }
}
function ownGroupParents() {
  try {
    const membership = readFileSync4("/proc/self/cgroup", "utf8");
    return findGroupParents({ membership, root: "/sys/fs/cgroup", mayWrite: isWritable });
  } catch {
    return [];
  }
}
function isWritable(path) {
  try {
    accessSync(path, constants4.W_OK);
    return true;
  } catch {
    return false;
  }
}
function limitFeatures(parents) {
  const held = new Set(parents.flatMap(({ controllers }) => controllers));
  return CONTROLLERS.filter((name) => held.has(name)).map((name) => FEATURES2[name]);
}
async function enterGroups(parents, limits, member) {
  const made = [];
  try {
    for (const { dir, version, controllers } of parents) {
      const settings = controllers.flatMap((name) => settingsOf(name, version, limits));
      if (settings.length === 0) continue;
      const group = join15(dir, member.name);
      await mkdir7(group);
      made.push(group);
      for (const { file, value, optional } of settings) {
        const writing = writeFile6(join15(group, file), value);
        await (optional === true ? writing.catch(() => void 0) : writing);
      }
      await writeFile6(join15(group, "cgroup.procs"), String(member.pid));
    }
  } catch (error) {
    await removeGroups(made);
    throw error;
  }
  return made;
}
function settingsOf(controller, version, limits) {
  const { memoryBytes, cpus, pids } = limits;
  if (controller === "memory" && memoryBytes !== void 0)
    return memorySettings(version, memoryBytes);
  if (controller === "pids" && pids !== void 0)
    return [{ file: "pids.max", value: String(pids) }];
  if (controller !== "cpu" || cpus === void 0) return [];
  const quota = Math.max(1e3, Math.round(cpus * CPU_PERIOD_US));
  if (version === 2) return [{ file: "cpu.max", value: `${quota} ${CPU_PERIOD_US}` }];
  return [
    { file: "cpu.cfs_period_us", value: String(CPU_PERIOD_US) },
    { file: "cpu.cfs_quota_us", value: String(quota) }
  ];
}
function memorySettings(version, bytes) {
  const value = String(bytes);
  if (version === 1) {
    return [
      { file: "memory.limit_in_bytes", value },
      { file: "memory.memsw.limit_in_bytes", value, optional: true }
    ];
  }
  return [
    { file: "memory.max", value },
    { file: "memory.swap.max", value: "0", optional: true }
  ];
}
async function sawOutOfMemory(groups) {
  for (const group of groups) {
    for (const file of ["memory.events", "memory.oom_control"]) {
      const text2 = await readFile7(join15(group, file), "utf8").catch(() => "");
      if (Number(/^oom_kill (\d+)$/m.exec(text2)?.[1] ?? 0) > 0) return true;
    }
  }
  return false;
}
async function removeGroups(groups) {
  for (const group of groups) {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await removeGroup(group)) break;
      await delay2(25);
    }
  }
}
async function removeGroup(group) {
  try {
    await rmdir(group);
    return true;
  } catch (error) {
    return hasCode(error, "ENOENT");
  }
}

// libs/drivers/local/src/run/image/image-files.ts
import { constants as constants5 } from "node:fs";
import { lstat as lstat2, open } from "node:fs/promises";
import { join as join16 } from "node:path";
var MAX_BYTES = 4 * 1024 * 1024;
async function readImageFile(lowerDirs, path) {
  for (const dir of lowerDirs) {
    const found = await look(dir, path);
    if (found === "hidden") return "";
    if (found === "file") return readSmall(join16(dir, path));
  }
  return "";
}
async function look(dir, path) {
  const parts = path.split("/").filter((part) => part !== "");
  let at2 = dir;
  for (const [index, part] of parts.entries()) {
    at2 = join16(at2, part);
    const stats = await lstat2(at2).catch(() => void 0);
    if (stats === void 0) return "absent";
    if (index < parts.length - 1 && stats.isDirectory()) continue;
    return stats.isFile() && index === parts.length - 1 ? "file" : "hidden";
  }
  return "hidden";
}
async function readSmall(path) {
  const file = await open(path, constants5.O_RDONLY | constants5.O_NOFOLLOW).catch(() => void 0);
  if (file === void 0) return "";
  await using held = file;
  const { size } = await held.stat();
  return size > MAX_BYTES ? "" : held.readFile("utf8");
}

// libs/drivers/local/src/run/local-run.ts
import { rename as rename4 } from "node:fs/promises";
import { setTimeout as delay3 } from "node:timers/promises";
import { dirname as dirname7, join as join17 } from "node:path";

// libs/drivers/local/src/run/change-watch.ts
import { watch } from "node:fs";
var LOOK_AGAIN_MS = 500;
var ChangeWatch = class {
  #watcher;
  #changed = false;
  #wake;
  constructor(dir) {
    this.#watcher = startWatch(dir, () => {
      this.#changed = true;
      this.#wake?.();
    });
  }
  /** Returns after a change since the last call, or a little later. Throws the signal's reason when it aborts. */
  async next(signal) {
    signal.throwIfAborted();
    if (!this.#changed) await this.#sleep(signal);
    this.#changed = false;
    signal.throwIfAborted();
  }
  #sleep(signal) {
    return new Promise((resolve2) => {
      const timer = setTimeout(finish2, LOOK_AGAIN_MS);
      signal.addEventListener("abort", finish2, { once: true });
      this.#wake = finish2;
      function finish2() {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish2);
        resolve2();
      }
    });
  }
  [Symbol.dispose]() {
    this.#watcher?.close();
  }
};
function startWatch(dir, onChange) {
  try {
    const watcher = watch(dir, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return void 0;
  }
}

// libs/drivers/local/src/run/local-terminal.ts
import { readFile as readFile8, readlink } from "node:fs/promises";
var ENTER = `n=$1; shift
while [ "$n" -gt 0 ]; do echo $$ >"$1/cgroup.procs" || exit 125; shift; n=$((n-1)); done
exec "$@"`;
async function openTerminal(run, spec) {
  const { host, processes, record } = run;
  if (record.user.uid === 0) throw terminalRefused("its program runs as root");
  if (host.mapping.kind === "single") throw terminalRefused("this user has one id only");
  const { groups, init } = processes;
  const entering = await enterWords(run);
  const words = [String(groups.length), ...groups, ...entering, ...spec.command];
  const pty = await Pty.start(host.tools.sh, ["-c", ENTER, "sh", ...words], {
    size: spec.size,
    env: await environmentOf(init.pid, spec)
  });
  return new LocalTerminal(pty);
}
async function enterWords({ host, processes, record }) {
  const { setpriv, nsenter } = host.tools;
  const kinds = ["--user", "--mount", "--pid", "--ipc", "--uts"];
  if (await hasOwnNetwork(processes.init.pid)) kinds.push("--net");
  const who = [`--setgid=${record.user.gid}`, `--setuid=${record.user.uid}`];
  const target = `--target=${processes.init.pid}`;
  return [setpriv, "--no-new-privs", nsenter, target, ...kinds, "--root", "--wd", ...who, "--"];
}
async function hasOwnNetwork(pid) {
  const [theirs, ours] = await Promise.all([
    readlink(`/proc/${pid}/ns/net`),
    readlink("/proc/self/ns/net")
  ]);
  return theirs !== ours;
}
async function environmentOf(initPid, { environment: environment2 }) {
  const program = await programOf(initPid);
  const text2 = await readFile8(`/proc/${program}/environ`, "utf8").catch(() => "");
  const own = text2.split("\0").flatMap((entry) => {
    const equals = entry.indexOf("=");
    return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)]] : [];
  });
  const asked = environment2.map(({ name, value }) => [name, value]);
  return { TERM: "xterm-256color", PATH: HOST_PATH, ...Object.fromEntries([...own, ...asked]) };
}
async function programOf(initPid) {
  const path = `/proc/${initPid}/task/${initPid}/children`;
  const [first = ""] = (await readFile8(path, "utf8").catch(() => "")).split(" ");
  return first === "" ? initPid : Number(first);
}
var LocalTerminal = class {
  #pty;
  constructor(pty) {
    this.#pty = pty;
  }
  async *output(signal) {
    const hangUp = () => void this.#pty[Symbol.asyncDispose]();
    signal.addEventListener("abort", hangUp, { once: true });
    try {
      for await (const bytes of this.#pty.output()) {
        if (signal.aborted) throw canceled("The terminal");
        yield bytes;
      }
    } finally {
      signal.removeEventListener("abort", hangUp);
    }
  }
  async write(data) {
    this.#pty.write(data);
  }
  async resize(size) {
    this.#pty.resize(size);
  }
  async outcome() {
    const { code } = await this.#pty.exit;
    return { kind: "exited", exitCode: code ?? 1, outOfMemory: false };
  }
  async [Symbol.asyncDispose]() {
    await this.#pty[Symbol.asyncDispose]();
  }
};

// libs/drivers/local/src/run/log-reader.ts
import { open as open2 } from "node:fs/promises";
var BLOCK = 64 * 1024;
var NEWLINE = 10;
function parseCursor(text2) {
  const match = /^o(\d{1,15})e(\d{1,15})$/.exec(text2);
  return match === null ? void 0 : { stdout: Number(match[1]), stderr: Number(match[2]) };
}
function formatCursor(place) {
  return `o${place.stdout}e${place.stderr}`;
}
var LogReader = class _LogReader {
  #files;
  #buffer = Buffer.allocUnsafe(BLOCK);
  #place;
  constructor(files, place) {
    this.#files = files;
    this.#place = place;
  }
  static async open(paths, from2) {
    await using held = new AsyncDisposableStack();
    const stdout = held.use(await open2(paths.stdout, "r"));
    const stderr = held.use(await open2(paths.stderr, "r"));
    held.move();
    return new _LogReader({ stdout, stderr }, from2);
  }
  /** Everything that is there now: whole lines only, unless the run `hasEnded`. */
  async *drain(hasEnded) {
    for (let found = true; found; ) {
      found = false;
      for (const stream of ["stdout", "stderr"]) {
        const text2 = await this.#next(stream, hasEnded);
        if (text2 === void 0) continue;
        found = true;
        yield { cursor: formatCursor(this.#place), event: { kind: "log", stream, text: text2 } };
      }
    }
  }
  async #next(stream, hasEnded) {
    const at2 = this.#place[stream];
    const { bytesRead } = await this.#files[stream].read(this.#buffer, 0, BLOCK, at2);
    const block = this.#buffer.subarray(0, bytesRead);
    const size = pieceSize(block, hasEnded);
    if (size === 0) return void 0;
    this.#place = { ...this.#place, [stream]: at2 + size };
    return block.toString("utf8", 0, size);
  }
  async [Symbol.asyncDispose]() {
    await this.#files.stdout.close();
    await this.#files.stderr.close();
  }
};
function pieceSize(block, hasEnded) {
  const lines = block.lastIndexOf(NEWLINE) + 1;
  if (lines > 0) return lines;
  if (block.length === BLOCK) return characterEnd(block);
  return hasEnded ? block.length : 0;
}
function characterEnd(block) {
  const MAX_TAIL = 3;
  for (let back = 0; back <= MAX_TAIL; back += 1) {
    const byte = block[block.length - 1 - back] ?? 0;
    const isLead = byte >= 192;
    if (isLead) return lengthOf(byte) > back + 1 ? block.length - 1 - back : block.length;
    if (byte < 128) return block.length;
  }
  return block.length;
}
function lengthOf(lead) {
  if (lead >= 240) return 4;
  return lead >= 224 ? 3 : 2;
}

// libs/drivers/local/src/run/processes.ts
import { readFileSync as readFileSync5 } from "node:fs";
function identify(pid) {
  try {
    const stat5 = readFileSync5(`/proc/${pid}/stat`, "utf8");
    const fields = stat5.slice(stat5.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return void 0;
    return { pid, start: fields[19] ?? "" };
  } catch {
    return void 0;
  }
}
function isAlive(process2) {
  return identify(process2.pid)?.start === process2.start;
}
function signalProcess(target, signal) {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, signal);
  } catch {
    return false;
  }
}
function bootId() {
  return readFileSync5("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

// libs/drivers/local/src/run/local-run.ts
var GONE = ".gone-";
var SETTLE_MS = 5e3;
var PAUSE_MS = 10;
var LocalRun = class {
  id;
  #parts;
  constructor(parts) {
    this.id = parts.id;
    this.#parts = parts;
  }
  async *events(cursor, signal) {
    const { dir } = this.#parts;
    const place = parseCursor(cursor ?? "o0e0");
    if (place === void 0) {
      throw invalidRun(`${JSON.stringify(cursor)} is no cursor of a run.`, "Read from the start.");
    }
    await using reader = await LogReader.open(dir, place).catch(this.#orGone);
    using watch2 = new ChangeWatch(dir.path);
    for (let hasEnded = false; !hasEnded; ) {
      hasEnded = await this.#end() !== void 0;
      for await (const event of reader.drain(hasEnded)) {
        if (signal.aborted) throw canceled("Reading the log");
        yield event;
      }
      if (!hasEnded) await this.#wait(watch2, signal);
    }
  }
  async outcome(signal) {
    using watch2 = new ChangeWatch(this.#parts.dir.exit);
    for (; ; ) {
      const end = await this.#end();
      if (end !== void 0) return end;
      await this.#wait(watch2, signal);
    }
  }
  async *outputs(signal) {
    try {
      const { dir, host, record } = this.#parts;
      yield* readOutputs(host, { top: dir.outputs, user: record.user }, signal);
    } catch (error) {
      if (signal.aborted) throw canceled("Reading the outputs");
      throw hasCode(error, "ENOENT") ? runGone(this.id) : error;
    }
  }
  async observe() {
    const observed = await this.#parts.dir.observed();
    if (observed === void 0) throw runGone(this.id);
    return observed;
  }
  async terminal(spec, signal) {
    if (signal.aborted) throw canceled("The terminal");
    if (await this.#end() !== void 0) throw runEnded(this.id);
    return openTerminal(this.#parts, spec);
  }
  async stop(options) {
    const { init } = this.#parts.processes;
    if (!this.#isOfThisBoot() || !signalProcess(init, "SIGTERM"))
      return this.#settle(options.signal);
    const deadline = Date.now() + options.graceMs;
    while (isAlive(init) && Date.now() < deadline) {
      if (options.signal.aborted) throw canceled("Stopping a run");
      await delay3(PAUSE_MS);
    }
    signalProcess(init, "SIGKILL");
    await this.#settle(options.signal);
  }
  async remove(signal) {
    const { dir, host, processes } = this.#parts;
    if (this.#isOfThisBoot()) signalProcess(processes.init, "SIGKILL");
    await this.#settle(signal);
    await removeGroups(processes.groups);
    await removeRunDir(host, dir.path, signal);
  }
  /** The watch on a run that is read elsewhere holds nothing. */
  async [Symbol.asyncDispose]() {
  }
  /** Waits until its processes have ended and its logs are complete. */
  async #settle(signal) {
    const { supervisor: supervisor2, init } = this.#parts.processes;
    const deadline = Date.now() + SETTLE_MS;
    while (this.#isOfThisBoot() && (isAlive(supervisor2) || isAlive(init)) && Date.now() < deadline) {
      if (signal.aborted) throw canceled("Stopping a run");
      await delay3(PAUSE_MS);
    }
  }
  async #end() {
    const { dir, processes } = this.#parts;
    const isRunning = this.#isOfThisBoot() && (isAlive(processes.supervisor) || isAlive(processes.init));
    const exitCode = await dir.exitCode();
    if (exitCode !== void 0) {
      return { kind: "exited", exitCode, outOfMemory: await sawOutOfMemory(processes.groups) };
    }
    if (isRunning) return void 0;
    const isOld = !this.#isOfThisBoot();
    const reason = isOld ? "The machine was restarted." : "What watched over the run was ended.";
    return { kind: "lost", reason };
  }
  async #wait(watch2, signal) {
    try {
      await watch2.next(signal);
    } catch {
      throw canceled("Waiting for a run");
    }
  }
  #isOfThisBoot() {
    return this.#parts.record.boot === this.#parts.boot;
  }
  #orGone = (error) => {
    throw hasCode(error, "ENOENT") ? runGone(this.id) : error;
  };
};
async function removeRunDir(host, path, signal) {
  const gone = join17(dirname7(path), `${GONE}${path.split("/").at(-1)}-${process.pid}-${Date.now()}`);
  try {
    await rename4(path, gone);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  await removeTrees(host, [gone], signal);
}

// libs/drivers/local/src/run/observe.ts
import { readFile as readFile10, readlink as readlink2, stat } from "node:fs/promises";

// libs/drivers/local/src/run/capability-names.ts
var NAMES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE"
];
function namesOfCapabilities(mask) {
  const bits = BigInt(`0x${mask || "0"}`);
  const names = [];
  for (let number = 0n; bits >> number > 0n; number += 1n) {
    if (bits >> number & 1n) names.push(`CAP_${NAMES[Number(number)] ?? number}`);
  }
  return names.toSorted();
}

// libs/drivers/local/src/run/host-view.ts
import { readFile as readFile9 } from "node:fs/promises";
var STANDARD = /^\/$|^\/(proc|sys|dev)(\/|$)|^\/etc\/(hosts|hostname|resolv\.conf)$/;
async function hostMounts(pid) {
  const [theirs, ours] = await Promise.all([linesOf(pid), linesOf("self")]);
  const known = new Set(ours.map(({ device }) => device));
  return theirs.filter(({ device, point }) => known.has(device) && !STANDARD.test(point)).map(({ device, root, point, readOnly }) => ({
    source: pathHere(ours, device, root),
    target: point,
    readOnly
  }));
}
async function linesOf(pid) {
  const text2 = await readFile9(`/proc/${pid}/mountinfo`, "utf8");
  return text2.split("\n").flatMap((line) => {
    const [, , device, root, point, options] = line.split(" ");
    if (!device || !root || !point || !options) return [];
    const readOnly = options.split(",").includes("ro");
    return [{ device, root: unescape2(root), point: unescape2(point), readOnly }];
  });
}
function pathHere(ours, device, root) {
  const holding = ours.filter((line) => line.device === device && isBelow2(root, line.root)).toSorted((a, b) => b.root.length - a.root.length)[0];
  if (holding === void 0) return root;
  const rest = holding.root === "/" ? root : root.slice(holding.root.length);
  return `${holding.point === "/" ? "" : holding.point}${rest}` || "/";
}
function isBelow2(path, top) {
  return top === "/" || path === top || path.startsWith(`${top}/`);
}
function unescape2(text2) {
  return text2.replaceAll(
    /\\([0-7]{3})/g,
    (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))
  );
}

// libs/drivers/local/src/run/observe.ts
async function observe(initPid, expected) {
  const { spec, record, ownEnvironment } = expected;
  const pid = await payloadOf(initPid);
  const [status, uidMap, network, ours, mounts] = await Promise.all([
    readFile10(`/proc/${pid}/status`, "utf8"),
    readFile10(`/proc/${pid}/uid_map`, "utf8"),
    readlink2(`/proc/${pid}/ns/net`),
    readlink2("/proc/self/ns/net"),
    hostMounts(pid)
  ]);
  const given = spec.environment.filter(
    ({ name, value }) => !ownEnvironment.includes(`${name}=${value}`)
  );
  return {
    imageId: record.image,
    user: insideId(uidMap, Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])),
    privileged: false,
    capabilities: namesOfCapabilities(/^CapBnd:\s+([0-9a-f]+)/m.exec(status)?.[1] ?? ""),
    networks: network === ours ? ["default", "host"] : ["none"],
    mounts: await named(mounts, pid, expected),
    engineSocket: false,
    environment: given.map(({ name }) => name).toSorted()
  };
}
async function payloadOf(initPid) {
  const children = await readFile10(`/proc/${initPid}/task/${initPid}/children`, "utf8");
  const [pid] = children.trim().split(" ");
  if (pid === void 0 || pid === "") throw sandboxFailed("observe", "it has no program");
  return Number(pid);
}
function insideId(map, outside) {
  for (const line of map.trim().split("\n")) {
    const [inside = 0, first = 0, count = 0] = line.trim().split(/\s+/).map(Number);
    if (outside >= first && outside < first + count) return String(inside + outside - first);
  }
  return String(outside);
}
async function named(mounts, pid, expected) {
  const outputs = await identityOf(expected.outputs);
  const wanted = await Promise.all(
    expected.spec.mounts.map(async (mount) => ({
      mount,
      identity: await identityOf(mount.source)
    }))
  );
  const seen = [];
  for (const { source, target, readOnly } of mounts) {
    const identity = await identityOf(`/proc/${pid}/root${target}`);
    if (identity !== void 0 && identity === outputs) continue;
    const isBelow3 = seen.some((mount) => target.startsWith(`${mount.target}/`));
    if (isBelow3) continue;
    const same = wanted.filter((one) => one.identity !== void 0 && one.identity === identity);
    const known = same.find(({ mount }) => mount.target === target) ?? same[0];
    seen.push(known === void 0 ? { source, target, readOnly } : { ...known.mount, readOnly });
  }
  return seen;
}
async function identityOf(path) {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return void 0;
  }
}

// libs/drivers/local/src/run/run-dir.ts
import { mkdir as mkdir8, readFile as readFile11, rename as rename5, writeFile as writeFile7 } from "node:fs/promises";
import { join as join18 } from "node:path";
var RunRecord = external_exports.object({
  id: external_exports.string(),
  owner: external_exports.string(),
  labels: external_exports.record(external_exports.string(), external_exports.string()),
  /** Digest of the image's configuration. */
  image: external_exports.string(),
  /** Chain id of its file system: what must not be pruned while the run is there. */
  chain: external_exports.string().exactOptional(),
  /** Whom its program runs as. */
  user: external_exports.object({ uid: external_exports.int(), gid: external_exports.int() }),
  /** Who starts it. */
  starter: external_exports.object({ pid: external_exports.int(), start: external_exports.string() }),
  /** Boot of the machine: process ids mean nothing in another. */
  boot: external_exports.string()
});
var RunProcesses = external_exports.object({
  /** First process inside. */
  init: external_exports.object({ pid: external_exports.int(), start: external_exports.string() }),
  /** The shell outside that writes down how it ended. */
  supervisor: external_exports.object({ pid: external_exports.int(), start: external_exports.string() }),
  /** Control groups made for it. */
  groups: external_exports.array(external_exports.string())
});
var RunDir = class {
  path;
  constructor(path) {
    this.path = path;
  }
  get stdout() {
    return join18(this.path, "stdout.log");
  }
  get stderr() {
    return join18(this.path, "stderr.log");
  }
  get exit() {
    return join18(this.path, "exit");
  }
  get upper() {
    return join18(this.path, "upper");
  }
  get work() {
    return join18(this.path, "work");
  }
  get outputs() {
    return join18(this.path, "outputs");
  }
  /** Takes the directory for a new run; false when another run has it. */
  async claim(record) {
    try {
      await mkdir8(this.path, { mode: 448 });
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    }
    await Promise.all([
      this.#write("run.json", record),
      writeFile7(this.stdout, "", { mode: 384 }),
      writeFile7(this.stderr, "", { mode: 384 }),
      // Written over in place at the end, so that a full disk cannot lose how the run ended.
      writeFile7(this.exit, RESERVED),
      writeFile7(`${this.exit}.code`, RESERVED),
      ...[this.upper, this.work, this.outputs].map((dir) => mkdir8(dir, { mode: 493 }))
    ]);
    return true;
  }
  async record() {
    return read(join18(this.path, "run.json"), RunRecord);
  }
  async processes() {
    return read(join18(this.path, "processes.json"), RunProcesses);
  }
  async setProcesses(processes) {
    await this.#write("processes.json", processes);
  }
  /** What the kernel showed of the sandbox before its program began. */
  async observed() {
    return read(join18(this.path, "observed.json"), ObservedRun);
  }
  async setObserved(observed) {
    await this.#write("observed.json", observed);
  }
  /** The exit code once the run has ended and everything that it printed is on disk. */
  async exitCode() {
    const text2 = await readFile11(this.exit, "utf8").catch(() => "");
    const code = /^(\d{1,3})\n/.exec(text2)?.[1];
    return code === void 0 ? void 0 : Number(code);
  }
  async #write(name, value) {
    const draft = join18(this.path, `.${name}`);
    await writeFile7(draft, JSON.stringify(value));
    await rename5(draft, join18(this.path, name));
  }
};
var RESERVED = `${" ".repeat(15)}
`;
async function read(path, schema) {
  const text2 = await readFile11(path, "utf8").catch(() => void 0);
  return text2 === void 0 ? void 0 : schema.parse(JSON.parse(text2));
}

// libs/drivers/local/src/run/spec.ts
var DEFAULT_PATH2 = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
var RUN_ID = /^[0-9A-Za-z]{1,64}$/;
var HINTS = {
  privileged: "Run it with another driver; nothing runs privileged here.",
  "engine-socket": "Run it with a driver that has an engine, such as docker.",
  "named-network": "Use the network default, host or none.",
  "memory-limit": "Run as root or in a delegated cgroup, or take the limit away.",
  "cpu-limit": "Run as root or in a delegated cgroup, or take the limit away.",
  "pids-limit": "Run as root or in a delegated cgroup, or take the limit away."
};
function checkRun(spec, capabilities) {
  if (!RUN_ID.test(spec.id)) {
    throw invalidRun(
      `${JSON.stringify(spec.id)} is no id of a run.`,
      "Use up to 64 letters and digits."
    );
  }
  const need = runNeeds(spec).find((each) => !capabilities.features.includes(each));
  if (need !== void 0) throw unsupportedNeed(need, HINTS[need] ?? "Choose another driver.");
  if (spec.command.length === 0) throw invalidRun("There is no command to run.", "Name a program.");
  const paths = [
    ...spec.files.map(({ path }) => path),
    ...spec.mounts.map(({ target }) => target),
    spec.outputsDir
  ];
  for (const path of paths) checkPath(path);
  for (const file of spec.files) checkVisible(file, spec);
  for (const name of spec.capabilities) checkCapability(name);
}
function checkPath(path) {
  const parts = path.slice(1).split("/");
  const isClean = path.startsWith("/") && parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isClean || path.includes("\0")) {
    throw invalidRun(
      `${JSON.stringify(path)} is not a clean absolute path.`,
      "Begin with / and leave out `.`, `..` and empty parts."
    );
  }
}
function checkVisible({ path }, spec) {
  const covers = [
    ...spec.mounts.map(({ target }) => target),
    spec.outputsDir,
    "/proc",
    "/sys",
    "/dev"
  ];
  const cover = covers.find((target) => path === target || path.startsWith(`${target}/`));
  if (cover === void 0) return;
  throw invalidRun(
    `The file ${path} would be hidden by what is mounted at ${cover}.`,
    "Choose another path for it."
  );
}
function checkCapability(name) {
  if (/^CAP_[A-Z_]+$/.test(name)) return;
  throw invalidRun(`${JSON.stringify(name)} is no capability.`, "Write it as CAP_NET_ADMIN.");
}
function toSandboxSpec(spec, on) {
  const { image, user } = on;
  const outputs = {
    source: on.outputsSource,
    target: spec.outputsDir,
    readOnly: false,
    give: true
  };
  return {
    root: on.root,
    argv: spec.command,
    env: environment(spec, image, user),
    cwd: workingDir(image),
    user: { uid: user.uid, gid: user.gid, groups: user.groups },
    network: spec.network === "none" ? "none" : "host",
    hostname: spec.id.slice(0, 12).toLowerCase(),
    binds: [...spec.mounts, outputs],
    files: spec.files,
    capabilities: spec.capabilities
  };
}
function environment(spec, image, user) {
  const own = (image.config.config?.Env ?? []).map((entry) => {
    const equals = entry.indexOf("=");
    return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    PATH: DEFAULT_PATH2,
    HOME: user.home,
    ...Object.fromEntries(own),
    ...Object.fromEntries(spec.environment.map(({ name, value }) => [name, value]))
  };
}
function workingDir(image) {
  const dir = image.config.config?.WorkingDir ?? "";
  return dir.startsWith("/") ? dir : "/";
}

// libs/drivers/local/src/run/supervisor.ts
function supervisor({ cat }) {
  return `exit=$1; shift
exec 7>&1 8>&2 2>/dev/null
{
  {
    "$@" 5>&1 6>&9 1>&7 2>&8 8>&- 9>&- 7<>"$exit.code"
  } | { ${cat} >&5 2>/dev/null || ${cat} >/dev/null; } 6>&- 7>&- 8>&- 9>&-
} 9>&1 | { ${cat} >&6 2>/dev/null || ${cat} >/dev/null; } 5>&- 7>&- 8>&-
read -r code <"$exit.code"
case $code in '' | *[!0-9]*) code=137 ;; esac
echo "$code" 1<>"$exit"
`;
}

// libs/drivers/local/src/run/image/user.ts
var NUMBER = /^\d+$/;
function resolveUser(user, accounts) {
  const [name = "", group = ""] = user.split(":");
  const account = findAccount(name === "" ? "0" : name, accounts.passwd, user);
  const gid = group === "" ? account.gid : findGroup(group, accounts.group, user);
  const groups = group === "" ? groupsOf(account.name, accounts.group) : [];
  return {
    uid: account.uid,
    gid,
    groups: groups.filter((each) => each !== gid),
    home: account.home
  };
}
function findAccount(wanted, passwd, user) {
  const isNumber = NUMBER.test(wanted);
  for (const [name = "", , uid = "", gid = "", , home = ""] of records(passwd)) {
    const isIt = isNumber ? uid === wanted : name === wanted;
    if (isIt && NUMBER.test(uid) && NUMBER.test(gid)) {
      return { name, uid: Number(uid), gid: Number(gid), home: home === "" ? "/" : home };
    }
  }
  if (isNumber)
    return { name: "", uid: Number(wanted), gid: 0, home: wanted === "0" ? "/root" : "/" };
  if (wanted === "root") return { name: "root", uid: 0, gid: 0, home: "/root" };
  throw userUnknown(user, "/etc/passwd");
}
function findGroup(wanted, text2, user) {
  if (NUMBER.test(wanted)) return Number(wanted);
  const found = records(text2).find(([name]) => name === wanted)?.[2];
  if (found !== void 0 && NUMBER.test(found)) return Number(found);
  throw userUnknown(user, "/etc/group");
}
function groupsOf(name, text2) {
  if (name === "") return [];
  return records(text2).flatMap(
    ([, , gid = "", members = ""]) => members.split(",").includes(name) && NUMBER.test(gid) ? [Number(gid)] : []
  );
}
function records(text2) {
  return text2.split("\n").map((line) => line.trimEnd().split(":"));
}

// libs/drivers/local/src/run/run-facet.ts
var IMAGE_TYPES = ["docker", "oci"];
var LocalRuns = class {
  #options;
  #capabilities;
  #currentBoot;
  constructor(options) {
    this.#options = options;
  }
  get capabilities() {
    this.#capabilities ??= {
      platforms: [localPlatform()],
      features: [
        "capabilities",
        ...limitFeatures(ownGroupParents()),
        "mounts",
        "network-default",
        "network-host",
        "network-none",
        "observe",
        "recover",
        ...hasManyIds() ? ["terminal"] : []
      ]
    };
    return this.#capabilities;
  }
  async handles(imageType) {
    return IMAGE_TYPES.includes(imageType);
  }
  async start(spec, signal) {
    try {
      checkRun(spec, this.capabilities);
      if (signal.aborted) throw canceled(`The start of run ${spec.id}`);
      const image = await this.#options.obtainImage(spec.image, signal);
      return await this.#start(spec, image, signal);
    } catch (error) {
      throw toLocalError(error, `The start of run ${spec.id}`, signal);
    }
  }
  async recover(id, signal) {
    if (!RUN_ID.test(id)) return void 0;
    const dir = this.#dirOf(id);
    const record = await dir.record();
    if (record === void 0) return void 0;
    const host = await this.#options.host();
    const processes = await dir.processes();
    if (processes !== void 0) {
      return new LocalRun({ id, dir, host, processes, record, boot: this.#boot() });
    }
    if (!await isStarting(dir, record)) await removeRunDir(host, dir.path, signal);
    return void 0;
  }
  async sweep(owner, keep, signal) {
    const removed = [];
    await this.#finishRemovals(signal);
    for (const id of await readdir2(this.#options.dir).catch(() => [])) {
      if (keep.includes(id) || !RUN_ID.test(id)) continue;
      const dir = this.#dirOf(id);
      const record = await dir.record();
      if (record?.owner !== owner || await isStarting(dir, record)) continue;
      const run = await this.recover(id, signal);
      await run?.remove(signal);
      removed.push(id);
    }
    return removed;
  }
  /** Removes what was being removed when its remover was killed. */
  async #finishRemovals(signal) {
    const names = await readdir2(this.#options.dir).catch(() => []);
    const left = names.filter((name) => name.startsWith(GONE));
    if (left.length === 0) return;
    await removeTrees(
      await this.#options.host(),
      left.map((name) => join19(this.#options.dir, name)),
      signal
    );
  }
  /** Chain ids of the images that runs stand on: their snapshots must stay. */
  async chainsInUse() {
    const ids = await readdir2(this.#options.dir).catch(() => []);
    const records2 = await Promise.all(ids.map((id) => this.#dirOf(id).record()));
    return records2.flatMap((record) => record?.chain === void 0 ? [] : [record.chain]);
  }
  async #start(spec, image, signal) {
    const { host: openHost2, snapshots, store } = this.#options;
    const host = await openHost2();
    const lowerDirs = await (await snapshots()).lowerDirs(await store(), image.layers, signal);
    const user = await userOf(image, lowerDirs);
    const dir = this.#dirOf(spec.id);
    await mkdir9(this.#options.dir, { recursive: true, mode: 457 });
    const record = newRecord(spec, image, user);
    if (!await dir.claim(record)) throw runConflict(spec.id);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => removeRunDir(host, dir.path, new AbortController().signal));
    const [top = ""] = lowerDirs;
    await chmod2(dir.upper, (await stat2(top)).mode & 4095);
    const root = { lowerDirs, upperDir: dir.upper, workDir: dir.work };
    const sandbox = toSandboxSpec(spec, { root, image, user, outputsSource: dir.outputs });
    const ownEnvironment = image.config.config?.Env ?? [];
    const launch = { spec, sandbox, dir, host, record, signal, undo, ownEnvironment };
    const run = await this.#launch(launch);
    if (signal.aborted) {
      await run.remove(new AbortController().signal);
      throw canceled(`The start of run ${spec.id}`);
    }
    undo.move();
    return run;
  }
  async #launch(launch) {
    const { spec, sandbox, dir, host, record, signal, undo, ownEnvironment } = launch;
    const groups = [];
    await using stdout = await open3(dir.stdout, "a");
    await using stderr = await open3(dir.stderr, "a");
    const started = await startSandbox(host, sandbox, {
      stdio: ["ignore", stdout.fd, stderr.fd],
      signal,
      supervisor: { script: supervisor(host.tools), args: [dir.exit] },
      onCreated: async ({ initPid }) => {
        const member = { name: `gantry-${spec.id}`, pid: initPid };
        const made = await enterGroups(ownGroupParents(), limitsOf(spec), member);
        groups.push(...made);
        undo.defer(() => removeGroups(made));
      },
      onReady: async (created) => {
        await letOutputBeReopened(created.initPid);
        const expected = { spec, record, ownEnvironment, outputs: dir.outputs };
        await dir.setObserved(await observe(created.initPid, expected));
        await dir.setProcesses({ ...toProcesses(created), groups });
      }
    });
    started.letGo();
    const processes = await dir.processes();
    if (processes === void 0) throw invalidRun(`Run ${spec.id} was removed.`, "Start it again.");
    return new LocalRun({ id: spec.id, dir, host, processes, record, boot: this.#boot() });
  }
  #boot() {
    this.#currentBoot ??= bootId();
    return this.#currentBoot;
  }
  #dirOf(id) {
    return new RunDir(join19(this.#options.dir, id));
  }
};
function newRecord(spec, image, user) {
  const chain = chainIds(image.layers.map(({ diffId }) => diffId)).at(-1);
  return {
    id: spec.id,
    owner: spec.owner,
    labels: { ...spec.labels },
    image: image.configDigest,
    ...chain === void 0 ? {} : { chain },
    user: { uid: user.uid, gid: user.gid },
    starter: identify(process.pid) ?? { pid: process.pid, start: "" },
    boot: bootId()
  };
}
async function isStarting(dir, record) {
  if (record.boot !== bootId() || !isAlive(record.starter)) return false;
  return await dir.processes() === void 0;
}
async function userOf(image, lowerDirs) {
  const [passwd, group] = await Promise.all([
    readImageFile(lowerDirs, "/etc/passwd"),
    readImageFile(lowerDirs, "/etc/group")
  ]);
  return resolveUser(image.config.config?.User ?? "", { passwd, group });
}
async function letOutputBeReopened(pid) {
  const WRITABLE = 402;
  await Promise.all([5, 6].map((fd) => chmod2(`/proc/${pid}/fd/${fd}`, WRITABLE)));
}
function toProcesses(created) {
  const missing = { start: "" };
  return {
    init: identify(created.initPid) ?? { pid: created.initPid, ...missing },
    supervisor: identify(created.outerPid) ?? { pid: created.outerPid, ...missing }
  };
}
function limitsOf({ memoryBytes, cpus, pids }) {
  return {
    ...memoryBytes === void 0 ? {} : { memoryBytes },
    ...cpus === void 0 ? {} : { cpus },
    ...pids === void 0 ? {} : { pids }
  };
}

// libs/drivers/local/src/sandbox/host.ts
import { existsSync as existsSync2, statSync as statSync2 } from "node:fs";
import { mkdir as mkdir10, readdir as readdir3, realpath as realpath3, rename as rename6, rm as rm5, stat as stat3, symlink, writeFile as writeFile8 } from "node:fs/promises";
import { userInfo as userInfo2 } from "node:os";
import { join as join20 } from "node:path";

// libs/drivers/local/src/sandbox/setup/inherited.ts
import { readdirSync as readdirSync2, readFileSync as readFileSync6 } from "node:fs";
var FIRST_OF_OTHERS = 3;
var CLOSE_ON_EXEC = 524288;
function inheritedDescriptors() {
  const open4 = readdirSync2("/proc/self/fd").map(Number);
  return open4.filter((fd) => fd >= FIRST_OF_OTHERS && isHandedOn(fd));
}
function isHandedOn(fd) {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync6(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== void 0 && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}

// libs/drivers/local/src/sandbox/host.ts
var STALE_MS = 36e5;
async function openSandboxHost(dir) {
  if (process.platform !== "linux") {
    throw engineUnavailable(
      `The local driver needs Linux namespaces, and this is ${process.platform}.`,
      "Choose another driver here: `gantry drivers list` shows those that are ready."
    );
  }
  const found = await findTools();
  if ("missing" in found) {
    throw engineUnavailable(
      `Programs that a sandbox is made with are missing: ${found.missing.join(", ")}.`,
      "Install util-linux and coreutils, for example: apt-get install util-linux coreutils."
    );
  }
  const scratch = join20(dir, "sandbox");
  await mkdir10(scratch, { recursive: true, mode: 457 });
  await removeStale(scratch);
  const deviceTemplate = await makeDeviceTemplate(scratch);
  const locked = (await HostMounts.read()).lockedOptions(await realpath3(scratch));
  return {
    dir: scratch,
    tools: found.tools,
    mapping: await ownMapping(found.tools),
    proc: sortProcPaths(kindOf),
    deviceTemplate,
    inherited: inheritedDescriptors(),
    deviceOptions: ["bind", "ro", ...locked].join(",")
  };
}
async function removeStale(dir) {
  for (const name of await readdir3(dir)) {
    if (!name.includes("-")) continue;
    const path = join20(dir, name);
    const stats = await stat3(path).catch(() => void 0);
    if (stats !== void 0 && Date.now() - stats.mtimeMs > STALE_MS) {
      await rm5(path, { recursive: true, force: true });
    }
  }
}
async function ownMapping(tools) {
  const { uid, gid } = userInfoOrIds();
  const name = userName();
  const [subUids, subGids] = await Promise.all([
    readSubordinates("/etc/subuid", { uid, name }),
    readSubordinates("/etc/subgid", { uid, name })
  ]);
  const hasMapTools = tools.newuidmap !== void 0 && tools.newgidmap !== void 0;
  return chooseMapping({ uid, gid, subUids, subGids, hasMapTools });
}
function userInfoOrIds() {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}
function userName() {
  try {
    return userInfo2().username;
  } catch {
    return void 0;
  }
}
function kindOf(path) {
  if (!existsSync2(path)) return void 0;
  return statSync2(path).isDirectory() ? "dir" : "file";
}
async function makeDeviceTemplate(dir) {
  const template = join20(dir, "dev");
  if (existsSync2(template)) return template;
  await using draft = await TempDir.create("dev-", dir);
  const made = join20(draft.path, "dev");
  await mkdir10(made, { mode: 493 });
  for (const name of DEVICES) await writeFile8(join20(made, name), "");
  for (const name of ["pts", "shm"]) await mkdir10(join20(made, name), { mode: 493 });
  const links = {
    fd: "/proc/self/fd",
    stdin: "fd/0",
    stdout: "fd/1",
    stderr: "fd/2",
    ptmx: "pts/ptmx"
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join20(made, name));
  await rename6(made, template).catch(async (error) => {
    if (!existsSync2(template)) throw error;
    await rm5(made, { recursive: true });
  });
  return template;
}

// libs/drivers/local/src/snapshots/snapshots.ts
import { mkdir as mkdir11, readdir as readdir4, readFile as readFile12, rename as rename7, stat as stat4, utimes, writeFile as writeFile9 } from "node:fs/promises";
import { join as join21 } from "node:path";

// libs/drivers/local/src/snapshots/unpack.ts
import { fileURLToPath as fileURLToPath2 } from "node:url";

// libs/drivers/local/src/snapshots/unpack-request.ts
var UnpackReply = external_exports.discriminatedUnion("ok", [
  external_exports.object({ ok: external_exports.literal(true) }),
  external_exports.object({
    ok: external_exports.literal(false),
    code: external_exports.enum(["no-space", "internal"]),
    message: external_exports.string(),
    hint: external_exports.string()
  })
]);
function parseReply(text2) {
  try {
    return UnpackReply.parse(JSON.parse(text2));
  } catch {
    return void 0;
  }
}

// libs/drivers/local/src/snapshots/unpack.ts
async function unpackLayers(host, job) {
  const { store, layers, directory, signal } = job;
  if (host.mapping.kind === "subordinate") return unpackMapped(host, job);
  const isFull = host.mapping.kind === "full";
  await unpackImage(
    store,
    { layers },
    { directory, signal, ...isFull ? { owner: (owner) => owner } : {} }
  );
}
async function unpackMapped(host, job) {
  const { store, layers, directory, signal } = job;
  await using child = await startMapped(host, workerWords(), { signal });
  const request = {
    contentDir: store.directory,
    directory,
    layers,
    ids: host.mapping.uids.at(-1) ?? { inside: 0, count: 1 }
  };
  child.stdin.on("error", () => void 0);
  child.stdin.end(JSON.stringify(request));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await child.exit;
  signal.throwIfAborted();
  const reply = parseReply(out);
  if (reply?.ok === true) return;
  throw localError(
    reply?.code ?? "internal",
    `The image could not be unpacked: ${reply?.message ?? err.slice(-500)}`,
    {
      hint: reply?.hint ?? "Fetch or build the image again."
    }
  );
}
function workerWords() {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = isSource ? "./unpack-worker.ts" : "./unpack-worker.js";
  const conditions = isSource ? ["--conditions=@gantry/source"] : [];
  return [process.execPath, ...conditions, fileURLToPath2(new URL(entry, import.meta.url))];
}
async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

// libs/drivers/local/src/snapshots/snapshots.ts
var NAME_DIGITS = 24;
var FRESH_MS = 6e4;
var DRAFT_MS = 24 * 36e5;
var DRAFT = ".draft-";
var Snapshots = class {
  #dir;
  #host;
  constructor(options) {
    this.#dir = options.dir;
    this.#host = options.host;
  }
  /** Directories of these layers, topmost first. Unpacks them into one directory where they are not known. */
  async lowerDirs(store, layers, signal) {
    const chain = chainIds(layers.map(({ diffId }) => diffId)).at(-1);
    if (chain === void 0) return [await this.#emptyDir()];
    const known = await this.find(chain);
    if (known !== void 0) return known;
    await this.#unpack(chain, { store, layers, signal });
    return await this.find(chain) ?? [];
  }
  /** Directories of a chain, topmost first; `undefined` when one of them is not here. */
  async find(chain) {
    const dirs = [];
    for (let at2 = chain; at2 !== ""; ) {
      const entry = this.#entry(at2);
      const parent = await readFile12(join21(entry, "parent"), "utf8").catch(() => void 0);
      if (parent === void 0) return void 0;
      dirs.push(join21(entry, "fs"));
      await utimes(entry, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date()).catch(() => void 0);
      at2 = parent;
    }
    return dirs;
  }
  /** Keeps `upperDir`, written over all layers but the last, as the snapshot of `layers`. The directory is moved. */
  async keep(layers, upperDir) {
    const chains = chainIds(layers.map(({ diffId }) => diffId));
    const chain = chains.at(-1);
    if (chain === void 0) return;
    await this.#add(chain, chains.at(-2) ?? "", (fs) => rename7(upperDir, fs));
  }
  /** Removes every snapshot that none of `used` (chain ids) is or stands on; gives the number removed. */
  async prune(used, signal) {
    const keep = /* @__PURE__ */ new Set(["empty"]);
    for (const chain of used) {
      for (const dir of await this.find(chain) ?? []) keep.add(dir.split("/").at(-2) ?? "");
    }
    const stale = [];
    for (const name of await readdir4(this.#dir).catch(() => [])) {
      const path = join21(this.#dir, name);
      const { mtimeMs } = await stat4(path).catch(() => ({ mtimeMs: Date.now() }));
      const spareMs = name.startsWith(DRAFT) ? DRAFT_MS : FRESH_MS;
      if (!keep.has(name) && Date.now() - mtimeMs > spareMs) stale.push(path);
    }
    await removeTrees(this.#host, stale, signal);
    return stale.length;
  }
  async #unpack(chain, from2) {
    await this.#add(chain, "", async (fs) => {
      await mkdir11(fs, { mode: 493 });
      await unpackLayers(this.#host, { ...from2, directory: fs });
    });
  }
  /** Adds a snapshot under its name in one step. Whoever comes second finds it done. */
  async #add(chain, parent, fill) {
    await mkdir11(this.#dir, { recursive: true, mode: 457 });
    await using draft = await TempDir.create(DRAFT, this.#dir);
    const entry = join21(draft.path, "entry");
    await mkdir11(entry, { mode: 457 });
    try {
      await fill(join21(entry, "fs"));
      await writeFile9(join21(entry, "parent"), parent);
      await rename7(entry, this.#entry(chain)).catch(async (error) => {
        if (await this.find(chain) === void 0) throw error;
      });
    } finally {
      await removeTrees(this.#host, [entry], new AbortController().signal);
    }
  }
  async #emptyDir() {
    const dir = join21(this.#dir, "empty", "fs");
    await mkdir11(dir, { recursive: true, mode: 493 });
    return dir;
  }
  /** Short names: all lower directories of an overlay must fit into one page. */
  #entry(chain) {
    return join21(this.#dir, chain.replace("sha256:", "").slice(0, NAME_DIGITS));
  }
};

// libs/drivers/local/src/driver.ts
var LocalDriver = class {
  build;
  run;
  images;
  #context;
  #host;
  #store;
  #snapshots;
  #runs;
  constructor(options, context) {
    const { stateDir, contentDir } = context;
    this.#context = context;
    this.#store = once2(() => ContentStore.open(contentDir));
    this.#host = once2(() => openHost(stateDir));
    this.#snapshots = once2(
      async () => new Snapshots({ dir: join22(stateDir, "snapshots"), host: await this.#host() })
    );
    const credentials = credentialsOf(options);
    const makers = /* @__PURE__ */ new Map([[USERLAND, (signal) => this.#makeUserland(signal)]]);
    const images = new StoredImages({
      store: this.#store,
      toError: toLocalError,
      makers,
      onRemoved: (signal) => this.#prune(signal),
      ...credentials
    });
    this.images = images;
    this.#runs = new LocalRuns({
      dir: join22(stateDir, "runs"),
      host: this.#host,
      snapshots: this.#snapshots,
      store: this.#store,
      obtainImage: (ref, signal) => images.obtain(ref, signal)
    });
    this.run = this.#runs;
    const cacheMounts = new CacheMounts(join22(stateDir, "build", "cache-mounts"));
    const parts = { stateDir, host: this.#host, snapshots: this.#snapshots, cacheMounts };
    this.build = new LocalBuild({
      stateDir,
      contentDir,
      makers,
      openRoom: (store, work) => openRoom(parts, store, work),
      ...credentials
    });
  }
  probe(signal) {
    return probeLocal({ host: this.#host, stateDir: this.#context.stateDir, signal });
  }
  /** Runs go on without the driver, and nothing else is held. */
  async [Symbol.asyncDispose]() {
  }
  async #makeUserland(signal) {
    await ensureUserland(await this.#store(), { stateDir: this.#context.stateDir, signal });
  }
  /** Removes snapshots that neither an image of the store nor a run stands on. */
  async #prune(signal) {
    const store = await this.#store();
    const used = await this.#runs.chainsInUse();
    for (const { descriptor } of await store.list()) {
      const image = await readImage(store, descriptor, hostPlatform()).catch((error) => {
        if (isOciError(error)) return void 0;
        throw error;
      });
      used.push(...chainIds((image?.layers ?? []).map(({ diffId }) => diffId)).slice(-1));
    }
    await (await this.#snapshots()).prune(used, signal);
  }
};
async function openHost(stateDir) {
  await mkdir12(stateDir, { recursive: true });
  return openSandboxHost(stateDir);
}
function credentialsOf({ dockerConfigDir, helperPath = "" }) {
  if (dockerConfigDir === void 0) return {};
  return {
    credentials: dockerCredentials({ directory: dockerConfigDir, env: { PATH: helperPath } })
  };
}
function once2(make) {
  let made;
  return () => {
    made ??= make().catch((error) => {
      made = void 0;
      throw error;
    });
    return made;
  };
}

// libs/drivers/local/src/options.ts
import { join as join23 } from "node:path";
var LocalOptions = external_exports.strictObject({
  /** Directory of the `config.json` with registry credentials, as the docker CLI keeps them. */
  dockerConfigDir: external_exports.string().min(1).exactOptional(),
  /** PATH on which credential helpers are found. */
  helperPath: external_exports.string().exactOptional()
});
function parseOptions(options) {
  const read2 = LocalOptions.safeParse(options);
  if (read2.success) return read2.data;
  const [issue] = read2.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw localError(
    "invalid-options",
    `Option ${where || "of the local driver"}: ${issue?.message ?? "not valid"}.`,
    {
      hint: "The local driver knows dockerConfigDir and helperPath."
    }
  );
}
function localOptionsFromEnvironment(environment2) {
  const { DOCKER_CONFIG, HOME, PATH: PATH2 } = environment2;
  const dockerConfigDir = DOCKER_CONFIG ?? (HOME === void 0 ? void 0 : join23(HOME, ".docker"));
  return {
    ...dockerConfigDir === void 0 ? {} : { dockerConfigDir },
    ...PATH2 === void 0 ? {} : { helperPath: PATH2 }
  };
}

// libs/drivers/local/src/definition.ts
var localDriver = {
  name: "local",
  version: "0.1.0",
  optionsSchema: external_exports.toJSONSchema(LocalOptions),
  optionsFromEnvironment: async (environment2) => localOptionsFromEnvironment(environment2),
  create: (options, context) => new LocalDriver(parseOptions(options), context)
};
export {
  LocalOptions,
  USERLAND,
  ensureUserland,
  localDriver,
  localOptionsFromEnvironment
};
