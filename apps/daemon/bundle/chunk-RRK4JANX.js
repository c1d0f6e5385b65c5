import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  shellWords
} from "./chunk-7C3R4XYV.js";
import {
  isOciError
} from "./chunk-DRAB2S5J.js";
import {
  DriverError
} from "./chunk-W4G5GQ54.js";
import {
  Child,
  external_exports,
  findExecutable,
  runCommand
} from "./chunk-JQD4UGP3.js";

// libs/drivers/local/src/run/outputs/output-files.ts
import { constants } from "node:fs";
import { access, lstat, open, readdir } from "node:fs/promises";
var OPEN_DIR = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
var OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
var MAX_FILES = 1e5;
function inside(dir, name) {
  return `/proc/self/fd/${dir.fd}/${name}`;
}
var Unreadable = class extends Error {
  name = "Unreadable";
};
async function findFiles(top) {
  const files = [];
  await using dir = await open(top, OPEN_DIR).catch(refuse);
  await walk(dir, "", files);
  return files.toSorted((a, b) => a.path < b.path ? -1 : 1);
}
async function walk(dir, prefix, files) {
  for (const name of await namesIn(dir)) {
    if (files.length >= MAX_FILES) return;
    const stats = await lstat(inside(dir, name)).catch(() => void 0);
    if (stats?.isDirectory()) await enter(dir, { name, prefix }, files);
    if (stats?.isFile()) await note(dir, { name, prefix, stats }, files);
  }
}
async function namesIn(dir) {
  const names = await readdir(inside(dir, ""), { encoding: "buffer" }).catch(refuse);
  return names.flatMap((bytes) => {
    const name = bytes.toString("utf8");
    return Buffer.from(name).equals(bytes) && !new RegExp("\\p{Cc}", "u").test(name) ? [name] : [];
  });
}
async function enter(dir, at, files) {
  const opened = await open(inside(dir, at.name), OPEN_DIR).catch(absentOr(refuse));
  if (opened === void 0) return;
  await using below = opened;
  await walk(below, `${at.prefix}${at.name}/`, files);
}
async function note(dir, at, files) {
  await access(inside(dir, at.name), constants.R_OK).catch(absentOr(refuse));
  const { mode, uid, gid } = at.stats;
  files.push({ path: at.prefix + at.name, mode: mode & 4095, uid, gid });
}
function refuse(error) {
  throw isCode(error, ["EACCES", "EPERM"]) ? new Unreadable() : error;
}
function absentOr(otherwise) {
  return (error) => isCode(error, ["ENOENT", "ENOTDIR", "ELOOP"]) ? void 0 : otherwise(error);
}
function isCode(error, codes) {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
async function openFound(top, path) {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  await using held = new AsyncDisposableStack();
  let dir = held.use(await open(top, OPEN_DIR).catch(refuse));
  for (const part of parts) {
    const below = await open(inside(dir, part), OPEN_DIR).catch(absentOr(refuse));
    if (below === void 0) return void 0;
    dir = held.use(below);
  }
  const file = await open(inside(dir, name), OPEN_FILE).catch(absentOr(refuse));
  if (file === void 0) return void 0;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return void 0;
}
async function* pieces(file, size) {
  let held = await fill(file, size);
  for (; ; ) {
    const next = held.length < size ? Buffer.alloc(0) : await fill(file, size);
    const last = next.length === 0;
    yield { data: held, last };
    if (last) return;
    held = next;
  }
}
async function fill(file, size) {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(buffer, length, size - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

// libs/drivers/local/src/run/outputs/outputs-process.ts
import { fileURLToPath } from "node:url";

// libs/drivers/local/src/errors.ts
function localError(code, message, options) {
  return new DriverError(code, message, options);
}
function engineUnavailable(message, hint, cause) {
  return new DriverError("engine-unavailable", message, { hint, cause });
}
function sandboxFailed(step, detail) {
  const lines = detail.split("\n").filter((line) => line.trim() !== "" && !line.includes("dmesg(1)"));
  const said = lines.slice(-6).join("; ") || "it ended without a word";
  const code = /no space left/i.test(said) ? "no-space" : "internal";
  return new DriverError(code, `The sandbox could not be set up (${step}): ${said}`, {
    hint: "Run `gantry drivers doctor` to see what this machine allows."
  });
}
function canceled(what) {
  return new DriverError("canceled", `${what} was stopped on request.`, { hint: "Run it again." });
}
function invalidSandbox(message, hint) {
  return new DriverError("invalid-request", message, { hint });
}
function fileExists(path) {
  return new DriverError("file-exists", `The image has a file at ${path} already.`, {
    hint: "Choose another path for the parameter or credential, or take the file out of the image."
  });
}
function terminalRefused(why) {
  return new DriverError("unsupported", `The local driver opens no terminal in this run: ${why}.`, {
    need: "terminal",
    hint: "Run the bundle with a driver that can, such as docker, or build its image with a USER of its own."
  });
}
function programMissing(program) {
  return new DriverError(
    "invalid-request",
    `The image has no program ${program} that its user may run.`,
    {
      hint: "Check the image's contents and the file's mode."
    }
  );
}
function hasCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
function userUnknown(user, file) {
  return new DriverError("base-unusable", `The image's user ${user} is not in its ${file}.`, {
    hint: "Create the user in the image, or give USER as numbers."
  });
}
function invalidRun(message, hint) {
  return new DriverError("invalid-request", message, { hint });
}
function unsupportedNeed(need, hint) {
  return new DriverError(
    "unsupported",
    `The local driver cannot give a run what it needs: ${need}.`,
    {
      hint,
      need
    }
  );
}
function runConflict(id) {
  return new DriverError("conflict", `Run ${id} exists already.`, {
    hint: "Recover it, or start another one under a new id."
  });
}
function runEnded(id) {
  return new DriverError("not-found", `Run ${id} has ended.`, {
    hint: "A terminal needs a run that is under way."
  });
}
function runGone(id) {
  return new DriverError("not-found", `Run ${id} is not there any more.`, {
    hint: "It was removed; its record is with the installation."
  });
}
var OCI_CODES = {
  "invalid-reference": "invalid-request",
  unauthorized: "unauthorized",
  "not-found": "image-not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "no-platform": "image-not-found",
  "no-space": "no-space",
  unsupported: "base-unusable",
  "invalid-content": "base-unusable"
};
function toLocalError(error, what, signal) {
  if (signal.aborted) return canceled(what);
  if (error instanceof DriverError) return error;
  if (isOciError(error)) {
    const code = OCI_CODES[error.code] ?? "internal";
    return new DriverError(code, error.message, { hint: error.hint, cause: error });
  }
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    const hint = "Free space where Gantry keeps its state, and try again.";
    return new DriverError("no-space", `${what} found no space left on the disk.`, {
      hint,
      cause: error
    });
  }
  return error;
}
function userlandIncomplete(programs) {
  return new DriverError(
    "base-unusable",
    `No base image can be made from this machine: it has no ${programs.join(", ")} that everybody may read.`,
    {
      hint: "Use a base image from a registry: set the build argument BASE."
    }
  );
}
function rootUnusable(path) {
  return new DriverError(
    "base-unusable",
    `The image has a link at ${path}, where a directory must be.`,
    {
      hint: "Use another base image."
    }
  );
}

// libs/drivers/local/src/sandbox/mapped.ts
import { spawn } from "node:child_process";
import { Duplex } from "node:stream";

// libs/drivers/local/src/sandbox/ids/map-ids.ts
import { writeFile } from "node:fs/promises";

// libs/drivers/local/src/sandbox/ids/mapping.ts
var EVERY_ID = 4294967295;
function chooseMapping(sources) {
  const { uid, gid } = sources;
  if (uid === 0) return { kind: "full", uids: [same(EVERY_ID)], gids: [same(EVERY_ID)] };
  const uids = withSubordinates(uid, sources.subUids);
  const gids = withSubordinates(gid, sources.subGids);
  if (sources.hasMapTools && uids.length > 1 && gids.length > 1) {
    return { kind: "subordinate", uids, gids };
  }
  return { kind: "single", uids: withSubordinates(uid, []), gids: withSubordinates(gid, []) };
}
function same(count) {
  return { inside: 0, outside: 0, count };
}
function withSubordinates(own, ranges) {
  const mapped = [{ inside: 0, outside: own, count: 1 }];
  let inside2 = 1;
  for (const { start, count } of ranges) {
    mapped.push({ inside: inside2, outside: start, count });
    inside2 += count;
  }
  return mapped;
}
function outsideId(ranges, inside2) {
  const range = ranges.find((each) => inside2 >= each.inside && inside2 < each.inside + each.count);
  return range && range.outside + inside2 - range.inside;
}
function insideId(ranges, outside) {
  const range = ranges.find(
    (each) => outside >= each.outside && outside < each.outside + each.count
  );
  return range && range.inside + outside - range.outside;
}
function formatMap(ranges) {
  return ranges.map((range) => `${range.inside} ${range.outside} ${range.count}
`).join("");
}

// libs/drivers/local/src/sandbox/ids/map-ids.ts
async function mapIds(tools, mapping, pid) {
  if (mapping.kind === "subordinate") {
    const { newuidmap = "newuidmap", newgidmap = "newgidmap" } = tools;
    return `${mapWords(newuidmap, pid, mapping.uids)} && ${mapWords(newgidmap, pid, mapping.gids)}`;
  }
  try {
    if (mapping.kind === "single") await writeFile(`/proc/${pid}/setgroups`, "deny");
    await writeFile(`/proc/${pid}/uid_map`, formatMap(mapping.uids));
    await writeFile(`/proc/${pid}/gid_map`, formatMap(mapping.gids));
    return void 0;
  } catch (error) {
    throw sandboxFailed("map ids", String(error));
  }
}
function mapWords(tool, pid, ranges) {
  const ids = ranges.flatMap(({ inside: inside2, outside, count }) => [inside2, outside, count].map(String));
  return shellWords([tool, String(pid), ...ids]);
}

// libs/drivers/local/src/sandbox/setup/messages.ts
import { createInterface } from "node:readline";
var Messages = class {
  #lines;
  constructor(stream) {
    stream.on("error", () => void 0);
    this.#lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  }
  async next() {
    const { value, done } = await this.#lines.next();
    if (done === true) return void 0;
    const [word = "", ...rest] = value.split(" ");
    return { word, rest: rest.join(" ") };
  }
};

// libs/drivers/local/src/sandbox/tools.ts
var HOST_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin";
var NEEDED = [
  "unshare",
  "nsenter",
  "mount",
  "umount",
  "pivot_root",
  "setpriv",
  "sh",
  "mkdir",
  "chown",
  "chmod",
  "cp",
  "ln",
  "rm",
  "readlink",
  "cat"
];
async function findTools(path = HOST_PATH) {
  const names = [...NEEDED, "newuidmap", "newgidmap", "hostname"];
  const found = await Promise.all(
    names.map(async (name) => [name, await findExecutable(name, path)])
  );
  const tools = Object.fromEntries(found.filter(([, file]) => file !== void 0));
  return isComplete(tools) ? { tools } : { missing: NEEDED.filter((name) => !(name in tools)) };
}
function isComplete(tools) {
  return NEEDED.every((name) => name in tools);
}

// libs/drivers/local/src/sandbox/mapped.ts
async function startMapped(host, argv, options) {
  options.signal.throwIfAborted();
  const { setpriv, unshare, sh } = host.tools;
  const apart = [unshare, "--user", "--keep-caps", "--mount", sh, "-c", WAIT, "sh"];
  const env = { PATH: HOST_PATH, ...options.env };
  const stdio = options.stdio ?? "pipe";
  const three = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  const started = spawn(setpriv, ["--pdeathsig", "KILL", ...apart, ...argv], {
    cwd: options.cwd,
    env,
    stdio: [...three, "pipe"]
  });
  started.on("error", () => void 0);
  const channel = started.stdio[3];
  if (started.pid === void 0 || !(channel instanceof Duplex))
    throw sandboxFailed("start", setpriv);
  const child = new Child(started, started.pid, { env, signal: options.signal });
  try {
    await giveIds(host, child.pid, channel);
  } catch (error) {
    child.kill("SIGKILL");
    throw options.signal.aborted ? canceled("The work on files") : error;
  } finally {
    channel.destroy();
  }
  return child;
}
async function giveIds(host, pid, channel) {
  const messages = new Messages(channel);
  const said = await messages.next();
  if (said?.word !== "ready")
    throw sandboxFailed("user namespace", `${said?.word ?? ""} ${said?.rest ?? ""}`);
  const command = await mapIds(host.tools, host.mapping, pid);
  if (command !== void 0) await runMapTools(host, command);
  channel.write("go\n");
  await messages.next();
}
async function runMapTools(host, command) {
  const env = { PATH: HOST_PATH };
  const { exit, stderr } = await runCommand(host.tools.sh, ["-c", command], { env });
  if (exit.code !== 0) throw sandboxFailed("map ids", stderr);
}
var WAIT = 'echo ready >&3; read -r go <&3 || exit 125; exec "$@" 3>&-';

// libs/drivers/local/src/run/outputs/outputs-process.ts
var Frame = external_exports.object({
  path: external_exports.string(),
  mode: external_exports.int(),
  uid: external_exports.int(),
  gid: external_exports.int(),
  last: external_exports.boolean(),
  bytes: external_exports.int().nonnegative()
});
function frameHead(piece) {
  const { data, ...rest } = piece;
  return `${JSON.stringify({ ...rest, bytes: data.byteLength })}
`;
}
async function* readMapped(host, top, signal) {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(
    new URL(isSource ? "./outputs-worker.ts" : "./outputs-worker.js", import.meta.url)
  );
  const words = [
    process.execPath,
    ...isSource ? ["--conditions=@gantry/source"] : [],
    entry,
    top
  ];
  await using child = await startMapped(host, words, {
    signal,
    stdio: ["ignore", "pipe", "inherit"]
  });
  yield* readFrames(child.stdout);
  const { code } = await child.exit;
  signal.throwIfAborted();
  if (code !== 0) {
    throw localError("internal", "The outputs could not be read.", {
      hint: "Look at the daemon's log."
    });
  }
}
var NEWLINE = 10;
async function* readFrames(stream) {
  let held = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk]);
    for (let frame = cut(held); frame !== void 0; frame = cut(held)) {
      yield frame.piece;
      held = held.subarray(frame.size);
    }
  }
}
function cut(held) {
  const end = held.indexOf(NEWLINE);
  if (end < 0) return void 0;
  const { bytes, ...rest } = Frame.parse(JSON.parse(held.toString("utf8", 0, end)));
  const size = end + 1 + bytes;
  if (held.length < size) return void 0;
  return { piece: { ...rest, data: Buffer.from(held.subarray(end + 1, size)) }, size };
}

// libs/drivers/local/src/run/outputs/outputs.ts
var PIECE_BYTES = 1024 * 1024;
async function* readOutputs(host, { top, user }, signal) {
  const { mapping } = host;
  const ownerOf = (file) => mapping.kind === "single" ? user : ownerInside(mapping, file);
  const found = await findFiles(top).catch((error) => {
    if (error instanceof Unreadable) return void 0;
    throw error;
  });
  if (found === void 0) {
    for await (const piece of readMapped(host, top, signal)) {
      yield mapping.kind === "single" ? { ...piece, ...user } : piece;
    }
    return;
  }
  for (const file of found) {
    for await (const piece of readFound(top, file)) {
      signal.throwIfAborted();
      yield { ...piece, ...ownerOf(file) };
    }
  }
}
async function* readFound(top, file) {
  const opened = await openFound(top, file.path);
  if (opened === void 0) return;
  await using held = opened;
  for await (const piece of pieces(held, PIECE_BYTES)) yield { ...file, ...piece };
}
function ownerInside(mapping, file) {
  return { uid: insideId(mapping.uids, file.uid) ?? 0, gid: insideId(mapping.gids, file.gid) ?? 0 };
}

export {
  localError,
  engineUnavailable,
  sandboxFailed,
  canceled,
  invalidSandbox,
  fileExists,
  terminalRefused,
  programMissing,
  hasCode,
  userUnknown,
  invalidRun,
  unsupportedNeed,
  runConflict,
  runEnded,
  runGone,
  toLocalError,
  userlandIncomplete,
  rootUnusable,
  Messages,
  HOST_PATH,
  findTools,
  chooseMapping,
  outsideId,
  mapIds,
  startMapped,
  findFiles,
  frameHead,
  readOutputs,
  readFound
};
