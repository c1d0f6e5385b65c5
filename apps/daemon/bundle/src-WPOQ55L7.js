import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  DriverError,
  runNeeds
} from "./chunk-W4G5GQ54.js";
import {
  ProcessError,
  external_exports,
  findExecutable,
  runCommand
} from "./chunk-JQD4UGP3.js";

// libs/drivers/command/src/driver.ts
import { join as join4 } from "node:path";

// libs/drivers/command/src/command-engine.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, rm, writeFile } from "node:fs/promises";

// libs/drivers/command/src/run/environment.ts
var BASIC = ["PATH", "HOME", "LANG", "LC_*", "TERM", "TZ", "TMPDIR", "USER", "LOGNAME"];
function allowed(host, options) {
  const patterns = options.classicEnvironment ? ["*"] : [...BASIC, ...options.environment];
  const entries = Object.entries(host).flatMap(
    ([name, value]) => value !== void 0 && patterns.some((pattern) => matches(name, pattern)) ? [[name, value]] : []
  );
  return Object.fromEntries(entries);
}
function runEnvironment(spec, outputDir, { host, options }) {
  const ofRun = options.classicEnvironment ? Object.fromEntries(spec.environment.map(({ name, value }) => [name, value])) : {};
  const added = { ...ofRun, CNAB_OUTPUT_DIR: outputDir };
  return { ...allowed(host, options), ...added, CNAB_VARS: Object.keys(added).join(",") };
}
function matches(name, pattern) {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

// libs/drivers/command/src/errors.ts
function canceled() {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}
function unsupported(need) {
  return new DriverError("unsupported", `A cnab-NAME executable cannot be asked for ${need}.`, {
    need,
    hint: "Choose an endpoint whose driver has it: `gantry drivers list`."
  });
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
function executableNotFound(name) {
  return new DriverError("engine-unavailable", `Executable ${name} was not found.`, {
    hint: `Install ${name} into a directory of PATH, or set \`executable\` in the endpoint's options.`
  });
}
function toDriverError(error) {
  if (!(error instanceof ProcessError)) return error;
  const code = error.code === "canceled" ? "canceled" : "engine-unavailable";
  return new DriverError(code, error.message, { hint: error.hint, cause: error });
}

// libs/drivers/command/src/run/process-identity.ts
import { readFile } from "node:fs/promises";
async function identify(pid) {
  return { pid, startedAt: await startOf(pid) ?? "" };
}
async function isAlive({ pid, startedAt }) {
  return startedAt !== "" && await startOf(pid) === startedAt;
}
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
  }
}
async function startOf(pid) {
  if (process.platform !== "linux") return startOfAnywhere(pid);
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return text === "" || fields[0] === "Z" ? void 0 : fields[19];
}
async function startOfAnywhere(pid) {
  const { stdout } = await runCommand("ps", ["-o", "lstart=", "-p", String(pid)], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }
  });
  const text = stdout.toString("utf8").trim();
  return text === "" ? void 0 : text;
}

// libs/drivers/command/src/command-engine.ts
var WRAPPER = [
  "asked=",
  "trap asked=1 TERM INT HUP",
  `(trap '' TERM INT HUP; echo $$ > "$3.new" && mv "$3.new" "$3")`,
  'if [ -n "$asked" ]; then status=143; else "$1"; status=$?; fi',
  "trap '' TERM INT HUP",
  'echo "$status" > "$2.new" && mv "$2.new" "$2"',
  "kill -KILL 0"
].join("\n");
var CommandEngine = class {
  #options;
  #host;
  #handled;
  constructor(options, host) {
    this.#options = options;
    this.#host = host;
  }
  /** What the executable is called, for messages. */
  get name() {
    const { executable, name = "" } = this.#options;
    return executable ?? `cnab-${name.toLowerCase()}`;
  }
  /** The executable's path. Throws `engine-unavailable`. */
  async find() {
    const { path = this.#host["PATH"] } = this.#options;
    const slash = this.name.lastIndexOf("/");
    const dirs = slash < 0 ? path : this.name.slice(0, slash) || "/";
    const found = await findExecutable(this.name.slice(slash + 1), dirs);
    if (found === void 0) throw executableNotFound(this.name);
    return found;
  }
  /** The image types that the executable names; none when it fails, hangs or prints nothing of the kind. Asked once. */
  async imageTypes(signal) {
    this.#handled ??= this.#askImageTypes(signal);
    try {
      return await this.#handled;
    } catch (error) {
      this.#handled = void 0;
      throw toDriverError(error);
    }
  }
  async #askImageTypes(signal) {
    const timeout = AbortSignal.timeout(this.#options.handlesTimeoutMs);
    const file = await this.find();
    try {
      const { exit, stdout } = await runCommand(file, ["--handles"], {
        env: allowed(this.#host, this.#options),
        signal: AbortSignal.any([signal, timeout]),
        graceMs: 200,
        group: true,
        maxBytes: 64 * 1024
      });
      return exit.code === 0 ? readImageTypes(stdout.toString("utf8")) : [];
    } catch (error) {
      if (signal.aborted) throw error;
      return [];
    }
  }
  /** Starts the executable on `operation`, detached: it goes on, and its output is kept, whatever becomes of this process. */
  async start(operation, directory, env) {
    const file = await this.find();
    await writeFile(directory.input, operation, { mode: 384, flag: "wx" });
    await using input = await open(directory.input, "r");
    await rm(directory.input);
    await using stdout = await open(directory.stdout, "ax", 384);
    await using stderr = await open(directory.stderr, "ax", 384);
    const child = spawn("sh", ["-c", WRAPPER, "sh", file, directory.exit, directory.pid], {
      env: { ...env },
      cwd: directory.path,
      detached: true,
      stdio: [input.fd, stdout.fd, stderr.fd]
    });
    await once(child, "spawn");
    child.unref();
    return identify(child.pid ?? 0);
  }
};
function readImageTypes(text) {
  const types = text.split(",").map((each) => each.trim());
  return types.every((each) => /^[\w.+/-]{1,64}$/.test(each)) ? types : [];
}

// libs/drivers/command/src/options.ts
var CommandOptions = external_exports.strictObject({
  /** The driver's name: the executable is `cnab-NAME`, in lower case. */
  name: external_exports.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/).optional(),
  /** Absolute path of the executable, instead of a search. */
  executable: external_exports.string().startsWith("/").optional(),
  /** Directories to search, as in PATH. Default: PATH. */
  path: external_exports.string().optional(),
  /** Names of variables of Gantry's own environment that the executable may see; a final `*` stands for any ending. */
  environment: external_exports.array(external_exports.string().min(1)).default([]),
  /** Also give the executable Gantry's whole environment and every variable of the run, as older tools did. */
  classicEnvironment: external_exports.boolean().default(false),
  /** Milliseconds for `--handles` to answer. */
  handlesTimeoutMs: external_exports.int().positive().default(5e3)
}).refine(({ name, executable }) => name === void 0 !== (executable === void 0), {
  message: "expected exactly one of `name` and `executable`"
});
function readOptions(options) {
  const parsed = CommandOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => path.length === 0 ? message : `${path.join(".")}: ${message}`
  );
  throw invalidOptions(`Options of the command driver: ${issues.join("; ")}.`);
}

// libs/drivers/command/src/probe.ts
async function probeCommand(engine, signal) {
  try {
    const file = await engine.find();
    const types = await engine.imageTypes(signal);
    if (types.length > 0) return { state: "ready", engine: file, problems: [] };
    const text = `${file} --handles names no type of image.`;
    const fix = `Run \`${file} --handles\`: it must print names such as \`docker,oci\` and end with 0.`;
    return { state: "unavailable", engine: file, problems: [{ text, fix }] };
  } catch (error) {
    if (!(error instanceof DriverError) || error.code === "canceled") throw error;
    return { state: "unavailable", problems: [{ text: error.message, fix: error.hint }] };
  }
}

// libs/drivers/command/src/run/run.ts
import { mkdir as mkdir2 } from "node:fs/promises";
import { join as join3 } from "node:path";

// libs/drivers/command/src/run/command-run.ts
import { writeFile as writeFile2 } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

// libs/drivers/command/src/run/event-log.ts
import { open as open2 } from "node:fs/promises";
var PIECE = 64 * 1024;
var NEWLINE = 10;
function toPlace(cursor) {
  const [, stdout = "0", stderr = "0"] = /^(\d+)\.(\d+)$/.exec(cursor ?? "") ?? [];
  return { stdout: Number(stdout), stderr: Number(stderr) };
}
async function nextEvent(directory, place, hasEnded) {
  for (const stream of ["stdout", "stderr"]) {
    const bytes = await readPiece(directory[stream], place[stream]);
    const length = lengthOfText(bytes, hasEnded);
    if (length === 0) continue;
    const next = { ...place, [stream]: place[stream] + length };
    const text = bytes.subarray(0, length).toString("utf8");
    const cursor = `${next.stdout}.${next.stderr}`;
    return { place: next, event: { cursor, event: { kind: "log", stream, text } } };
  }
  return void 0;
}
async function readPiece(path, from) {
  await using file = await open2(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, from);
  return buffer.subarray(0, bytesRead);
}
function lengthOfText(bytes, hasEnded) {
  const lines = bytes.lastIndexOf(NEWLINE) + 1;
  if (lines > 0) return lines;
  if (bytes.length < PIECE) return hasEnded ? bytes.length : 0;
  return wholeCharacters(bytes);
}
function wholeCharacters(bytes) {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 128) break;
    const width = byte >= 240 ? 4 : byte >= 224 ? 3 : byte >= 192 ? 2 : 0;
    if (width > 0) return width > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

// libs/drivers/command/src/run/outputs.ts
import { constants } from "node:fs";
import { open as open3, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
var PIECE2 = 1024 * 1024;
async function* readOutputs(base, outputsDir) {
  const root = join(await realpath(base).catch(() => base), outputsDir);
  const real = await realpath(root).catch(() => void 0);
  if (real !== root) return;
  for (const path of (await filesBelow(root, "")).toSorted()) yield* piecesOf(root, path);
}
async function filesBelow(root, dir) {
  const entries = await readdir(join(root, dir), { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}
async function* piecesOf(root, path) {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const opened = await open3(join(root, path), flags).catch(() => void 0);
  if (opened === void 0) return;
  await using file = opened;
  const stat = await file.stat();
  if (!stat.isFile()) return;
  const about = { path, mode: stat.mode & 4095, uid: stat.uid, gid: stat.gid };
  let left = stat.size;
  do {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(PIECE2, left)));
    left = bytesRead === 0 ? 0 : left - bytesRead;
    yield { ...about, data: buffer.subarray(0, bytesRead), last: left === 0 };
  } while (left > 0);
}

// libs/drivers/command/src/run/command-run.ts
var LOOK_MS = 25;
var CommandRun = class {
  id;
  #directory;
  #record;
  constructor(directory, record) {
    this.id = record.id;
    this.#directory = directory;
    this.#record = record;
  }
  async *events(cursor, signal) {
    let place = toPlace(cursor);
    while (true) {
      if (signal.aborted) throw canceled();
      const hasEnded = await this.#end() !== void 0;
      let next = await nextEvent(this.#directory, place, hasEnded);
      while (next !== void 0) {
        place = next.place;
        yield next.event;
        if (signal.aborted) throw canceled();
        next = await nextEvent(this.#directory, place, hasEnded);
      }
      if (hasEnded) return;
      await pause(signal);
    }
  }
  async outcome(signal) {
    while (true) {
      const end = await this.#end();
      if (end !== void 0) return end;
      await pause(signal);
    }
  }
  outputs() {
    return readOutputs(this.#directory.outputs, this.#record.outputsDir);
  }
  async stop({
    graceMs,
    signal
  }) {
    const pid = this.#record.process?.pid;
    if (pid === void 0 || await this.#end() !== void 0) return;
    signalGroup(pid, "SIGTERM");
    const grace = AbortSignal.any([signal, AbortSignal.timeout(graceMs)]);
    const end = await this.outcome(grace).catch(() => void 0);
    if (end !== void 0) return;
    if (signal.aborted) throw canceled();
    await this.#kill(pid);
    await this.outcome(signal);
  }
  async remove(signal) {
    const pid = this.#record.process?.pid;
    if (pid !== void 0 && await this.#directory.read() !== void 0) {
      if (await this.#end() === void 0) await this.#kill(pid);
      await this.outcome(signal);
    }
    await this.#directory.remove();
  }
  async [Symbol.asyncDispose]() {
  }
  async #kill(pid) {
    await writeFile2(this.#directory.killed, "").catch(() => void 0);
    signalGroup(pid, "SIGKILL");
  }
  /** How it ended; `undefined` while it runs. */
  async #end() {
    const { process: started } = this.#record;
    const isRunning = started !== void 0 && await isAlive(started);
    const exitCode = await this.#directory.exitStatus();
    if (exitCode !== void 0) return { kind: "exited", exitCode, outOfMemory: false };
    if (isRunning) return void 0;
    if (await this.#directory.wasKilled())
      return { kind: "exited", exitCode: 137, outOfMemory: false };
    return { kind: "lost", reason: "The executable's process is gone and left no exit status." };
  }
};
async function pause(signal) {
  try {
    await delay(LOOK_MS, void 0, { signal });
  } catch {
    throw canceled();
  }
}

// libs/drivers/command/src/run/operation.ts
var BUNDLE_PATH = "/cnab/bundle.json";
var CLAIM_PATH = "/cnab/claim.json";
var InvocationImage = external_exports.looseObject({ image: external_exports.string(), contentDigest: external_exports.string().optional() });
var Output = external_exports.looseObject({ path: external_exports.string(), applyTo: external_exports.array(external_exports.string()).optional() });
var Bundle = external_exports.looseObject({
  invocationImages: external_exports.array(InvocationImage).default([]),
  outputs: external_exports.record(external_exports.string(), Output).default({})
});
var Claim = external_exports.looseObject({
  installation: external_exports.string().optional(),
  revision: external_exports.string().optional(),
  action: external_exports.string().optional(),
  parameters: external_exports.record(external_exports.string(), external_exports.unknown()).nullish()
});
function toOperation(spec) {
  const environment = Object.fromEntries(
    spec.environment.map(({ name, value }) => [name, value])
  );
  const document = jsonFile(spec, BUNDLE_PATH);
  const bundle = Bundle.safeParse(document).data;
  const claim = Claim.safeParse(jsonFile(spec, CLAIM_PATH)).data;
  const action = environment["CNAB_ACTION"] ?? claim?.action ?? "";
  return {
    installation_name: environment["CNAB_INSTALLATION_NAME"] ?? claim?.installation ?? "",
    revision: environment["CNAB_REVISION"] ?? claim?.revision ?? "",
    action,
    parameters: claim?.parameters ?? null,
    image: imageOf(spec, bundle),
    environment,
    files: Object.fromEntries(
      spec.files.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")])
    ),
    outputs: outputsOf(bundle, action),
    Bundle: document ?? null
  };
}
function jsonFile({ files }, path) {
  const file = files.find((each) => each.path === path);
  if (file === void 0) return void 0;
  try {
    return JSON.parse(Buffer.from(file.content).toString("utf8"));
  } catch {
    return void 0;
  }
}
function imageOf({ image }, bundle) {
  const declared = bundle?.invocationImages.find(
    (each) => each.contentDigest === image.digest || each.image === image.reference
  );
  const name = image.reference ?? declared?.image ?? image.digest ?? image.id ?? "";
  const contentDigest = image.digest ?? declared?.contentDigest;
  return {
    imageType: "oci",
    ...declared,
    image: name,
    ...contentDigest === void 0 ? {} : { contentDigest }
  };
}
function outputsOf(bundle, action) {
  const outputs = Object.entries(bundle?.outputs ?? {});
  const applying = outputs.filter(
    ([, { applyTo }]) => applyTo === void 0 || applyTo.length === 0 || applyTo.includes(action)
  );
  return Object.fromEntries(applying.map(([name, { path }]) => [path, name]));
}

// libs/drivers/command/src/run/run-directory.ts
import { mkdir, readdir as readdir2, readFile as readFile2, rename, rm as rm2, writeFile as writeFile3 } from "node:fs/promises";
import { join as join2 } from "node:path";
var RunRecord = external_exports.object({
  id: external_exports.string(),
  owner: external_exports.string(),
  outputsDir: external_exports.string(),
  /** Absent until the process was started. */
  process: external_exports.object({ pid: external_exports.int().positive(), startedAt: external_exports.string() }).optional()
});
var RunDirectory = class _RunDirectory {
  path;
  constructor(path) {
    this.path = path;
  }
  get stdout() {
    return join2(this.path, "stdout");
  }
  get stderr() {
    return join2(this.path, "stderr");
  }
  /** Value of `CNAB_OUTPUT_DIR`. */
  get outputs() {
    return join2(this.path, "outputs");
  }
  /** Holds the exit status once the program has ended. */
  get exit() {
    return join2(this.path, "exit");
  }
  /** Holds the number of the process that leads the run's process group. */
  get pid() {
    return join2(this.path, "pid");
  }
  /** Holds the operation until the program has it open. */
  get input() {
    return join2(this.path, "input");
  }
  /** Is there once SIGKILL was sent on purpose. */
  get killed() {
    return join2(this.path, "killed");
  }
  /** Makes the directory for a new run. Throws `conflict` when there is one of that id. */
  static async create(runsDir, record) {
    await mkdir(runsDir, { recursive: true, mode: 448 });
    const directory = new _RunDirectory(join2(runsDir, record.id));
    try {
      await mkdir(directory.path, { mode: 448 });
    } catch (error) {
      const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
      throw exists ? runConflict(record.id) : error;
    }
    await directory.write(record);
    return directory;
  }
  /** The record; `undefined` when there is no such run. */
  async read() {
    const text = await readFile2(join2(this.path, "run.json"), "utf8").catch(() => void 0);
    return text === void 0 ? void 0 : RunRecord.parse(JSON.parse(text));
  }
  async write(record) {
    const next = join2(this.path, "run.json.new");
    await writeFile3(next, JSON.stringify(record), { mode: 384 });
    await rename(next, join2(this.path, "run.json"));
  }
  /** The leading process as it wrote itself down: for a run whose start was cut short. */
  async leader() {
    const text = await readFile2(this.pid, "utf8").catch(() => "");
    return /^\d+\n$/.test(text) ? Number(text) : void 0;
  }
  /** Exit status that the program's wrapper wrote down. */
  async exitStatus() {
    const text = await readFile2(this.exit, "utf8").catch(() => "");
    return /^\d+\n$/.test(text) ? Number(text) : void 0;
  }
  /** Whether SIGKILL was sent on purpose. */
  async wasKilled() {
    return await readFile2(this.killed).catch(() => void 0) !== void 0;
  }
  async remove() {
    await rm2(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
};
async function allRuns(runsDir) {
  const names = await readdir2(runsDir).catch(() => []);
  const records = await Promise.all(
    names.map((name) => new RunDirectory(join2(runsDir, name)).read())
  );
  return records.filter((record) => record !== void 0);
}

// libs/drivers/command/src/run/run.ts
var FEATURES = ["network-default", "recover"];
function commandRuns(parts) {
  const { engine, runsDir, platform } = parts;
  return {
    capabilities: { platforms: [platform], features: [...FEATURES] },
    handles: async (imageType, signal) => (await engine.imageTypes(signal)).includes(imageType),
    start: (spec, signal) => start(spec, parts, signal),
    recover: (id) => recover(runsDir, id),
    async sweep(owner, keep, signal) {
      const all = await allRuns(runsDir);
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      for (const { id } of gone) await (await recover(runsDir, id))?.remove(signal);
      return gone.map(({ id }) => id);
    }
  };
}
async function start(spec, parts, signal) {
  const { engine, runsDir } = parts;
  const need = runNeeds(spec).find((each) => !FEATURES.includes(each));
  if (need !== void 0) throw unsupported(need);
  if (signal.aborted) throw canceled();
  await engine.find();
  const { id, owner, outputsDir } = spec;
  const record = { id, owner, outputsDir };
  const directory = await RunDirectory.create(runsDir, record);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => directory.remove());
  try {
    await mkdir2(join3(directory.outputs, outputsDir), { recursive: true });
    const env = runEnvironment(spec, directory.outputs, parts);
    const operation = JSON.stringify(toOperation(spec));
    const process2 = await engine.start(operation, directory, env);
    const run = new CommandRun(directory, { ...record, process: process2 });
    undo.defer(() => run.remove(AbortSignal.timeout(5e3)));
    await directory.write({ ...record, process: process2 });
    if (signal.aborted) throw canceled();
    undo.move();
    return run;
  } catch (error) {
    throw toDriverError(error);
  }
}
async function recover(runsDir, id) {
  const directory = new RunDirectory(join3(runsDir, id));
  const record = await directory.read();
  if (record === void 0) return void 0;
  if (record.process !== void 0) return new CommandRun(directory, record);
  const leader = await directory.leader();
  const process2 = leader === void 0 ? void 0 : await identify(leader);
  return new CommandRun(directory, process2 === void 0 ? record : { ...record, process: process2 });
}

// libs/drivers/command/src/driver.ts
function createCommandDriver(given, { stateDir }) {
  const options = readOptions(given);
  const host = { ...process.env };
  const engine = new CommandEngine(options, host);
  const runsDir = join4(stateDir, "runs");
  return {
    probe: (signal) => probeCommand(engine, signal),
    run: commandRuns({ engine, options, host, runsDir, platform: hostPlatform() }),
    async [Symbol.asyncDispose]() {
    }
  };
}
function hostPlatform() {
  return `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
}

// libs/drivers/command/src/definition.ts
var commandDriver = {
  name: "command",
  version: "0.1.0",
  optionsSchema: external_exports.toJSONSchema(CommandOptions, { io: "input" }),
  create: createCommandDriver
};
export {
  commandDriver
};
