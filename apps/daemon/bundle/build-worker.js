import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  LinkLoopError,
  commonDir,
  isPattern,
  parts,
  readChmod,
  resolveInRoot,
  selectSource,
  walkTree
} from "./chunk-TZHYRHW3.js";
import "./chunk-7C3R4XYV.js";
import {
  ContentStore,
  isOciError,
  storeLayer,
  unpackLayer
} from "./chunk-DRAB2S5J.js";
import "./chunk-JQD4UGP3.js";

// libs/drivers/local/src/build/worker/build-worker.ts
import { createInterface } from "node:readline";

// libs/drivers/local/src/build/tree/copy.ts
import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs";
import { dirname, join, relative } from "node:path";
var CopyError = class extends Error {
  name = "CopyError";
};
var TYPE = constants.S_IFMT;
var ROOT = { uid: 0, gid: 0 };
var Copier = class {
  #rules;
  #inodes = /* @__PURE__ */ new Map();
  constructor(rules) {
    this.#rules = rules;
  }
  /** The real place of a directory of the image, made with its parents where missing. */
  directory(path) {
    const names = parts(path);
    for (const [index] of names.entries())
      this.#makeDirectory(names.slice(0, index + 1).join("/"), path);
    return resolveInRoot(this.#rules.root, path);
  }
  /** Whether the image has a directory there. */
  hasDirectory(path) {
    const place = resolveInRoot(this.#rules.root, path);
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  }
  /** Copies a directory's content, `entries` being all below it with parents first, into the directory `target`. */
  tree(from, entries, options) {
    this.directory(options.target);
    const cut = options.top === "" ? 0 : options.top.length + 1;
    for (const entry of entries) {
      if (entry.path === options.top) continue;
      this.#entry(join(from, entry.path), entry, `${options.target}/${entry.path.slice(cut)}`);
    }
  }
  /** Copies one file to exactly `target`. */
  file(from, entry, target) {
    this.directory(dirname(`/${target}`));
    this.#entry(join(from, entry.path), entry, target);
  }
  /** Writes text to exactly `target`. */
  text(content, target) {
    this.directory(dirname(`/${target}`));
    const place = this.#clear(target);
    writeFileSync(place, content, { mode: 384, flag: "wx" });
    this.#finish(place, { mode: 420, owner: ROOT, isDirectory: false });
  }
  #entry(from, entry, target) {
    switch (entry.stats.mode & TYPE) {
      case constants.S_IFDIR:
        return this.#mergeDirectory(entry, target);
      case constants.S_IFLNK:
        return this.#symlink(from, entry, target);
      case constants.S_IFREG:
        return this.#regular(from, entry, target);
      default:
        return void 0;
    }
  }
  #mergeDirectory(entry, target) {
    this.#makeDirectory(target, target);
    const place = resolveInRoot(this.#rules.root, target);
    this.#finish(place, { mode: entry.stats.mode & 4095, owner: entry.stats, isDirectory: true });
  }
  #symlink(from, entry, target) {
    const place = this.#clear(target);
    symlinkSync(readlinkSync(from), place);
    this.#own(place, entry.stats);
  }
  #regular(from, entry, target) {
    const place = this.#clear(target);
    const inode = `${entry.stats.dev}:${entry.stats.ino}`;
    const first = entry.stats.nlink > 1 && this.#rules.keepLinks ? this.#inodes.get(inode) : void 0;
    if (first !== void 0) return linkSync(first, place);
    copyFileSync(from, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    this.#inodes.set(inode, place);
    assertUnchanged(from, entry);
    this.#finish(place, {
      mode: entry.stats.mode & 4095,
      owner: entry.stats,
      isDirectory: false
    });
  }
  #finish(place, as) {
    this.#own(place, as.owner);
    chmodSync(place, this.#rules.chmod?.(as.mode, as.isDirectory) ?? as.mode);
  }
  #own(place, fallback) {
    const wanted = this.#rules.owner ?? fallback;
    const { uid, gid } = this.#rules.owners.settle(relative(this.#rules.root, place), wanted);
    lchownSync(place, uid, gid);
  }
  #makeDirectory(path, wanted) {
    const place = resolveInRoot(this.#rules.root, path);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return;
    if (stats !== void 0) {
      throw new CopyError(
        `/${parts(wanted).join("/")} cannot be made: /${path} is not a directory in the image`
      );
    }
    mkdirSync(dirname(place), { recursive: true });
    mkdirSync(place, { mode: 493 });
    this.#own(place, ROOT);
    chmodSync(place, 493);
  }
  /** The real place of `target`, emptied. */
  #clear(target) {
    const place = resolveInRoot(this.#rules.root, target, { follow: false });
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      throw new CopyError(
        `/${parts(target).join("/")} is a directory in the image and cannot become a file`
      );
    }
    if (stats !== void 0) rmSync(place);
    return place;
  }
};
function assertUnchanged(from, { path, stats }) {
  const now = lstatSync(from, { throwIfNoEntry: false });
  if (now?.size === stats.size && now.mtimeMs === stats.mtimeMs) return;
  throw new CopyError(
    `${path} changed while it was being copied; let it be written elsewhere, or name it in .dockerignore`
  );
}

// libs/drivers/local/src/build/tree/owner.ts
import { readFileSync } from "node:fs";
var UnknownOwnerError = class extends Error {
  name = "UnknownOwnerError";
};
function readOwner(root, text2) {
  const [user = "", group] = text2.split(":");
  const { uid, gid } = readUser(root, user === "" ? "0" : user);
  return { uid, gid: group === void 0 || group === "" ? gid : readGroup(root, group) };
}
function readGroups(root, text2) {
  const [user = "", group] = text2.split(":");
  if (group !== void 0 || /^\d*$/.test(user)) return [];
  const listed = records(root, "/etc/group").filter(
    (record) => record[3]?.split(",").includes(user)
  );
  return listed.map((record) => Number(record[2]));
}
function readHome(root, uid) {
  const home = records(root, "/etc/passwd").find((record) => record[2] === String(uid))?.[5];
  if (home !== void 0 && home !== "") return home;
  return uid === 0 ? "/root" : "/";
}
function readUser(root, user) {
  if (/^\d+$/.test(user)) return { uid: Number(user), gid: Number(user) };
  const fields = records(root, "/etc/passwd").find((record) => record[0] === user);
  if (fields === void 0)
    throw new UnknownOwnerError(`The image has no user ${JSON.stringify(user)} in /etc/passwd`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}
function readGroup(root, group) {
  if (/^\d+$/.test(group)) return Number(group);
  const fields = records(root, "/etc/group").find((record) => record[0] === group);
  if (fields === void 0)
    throw new UnknownOwnerError(`The image has no group ${JSON.stringify(group)} in /etc/group`);
  return Number(fields[2]);
}
function records(root, path) {
  try {
    const text2 = readFileSync(resolveInRoot(root, path), "utf8");
    return text2.split("\n").map((line) => line.split(":"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

// libs/drivers/local/src/build/worker/perform.ts
import { chmodSync as chmodSync2, chownSync, lstatSync as lstatSync4, mkdirSync as mkdirSync3, renameSync, rmSync as rmSync3 } from "node:fs";
import { dirname as dirname2, join as join4 } from "node:path";

// libs/drivers/local/src/build/tree/owners.ts
var ROOT2 = { uid: 0, gid: 0 };
var Owners = class {
  #hasOneId;
  #wanted = /* @__PURE__ */ new Map();
  constructor(hasOneId2) {
    this.#hasOneId = hasOneId2;
  }
  /** The owner to give the file at `path` (relative to the root) on disk, so that the image has `wanted`. */
  settle(path, wanted) {
    if (!this.#hasOneId) return wanted;
    this.#wanted.set(path, { uid: wanted.uid, gid: wanted.gid });
    return ROOT2;
  }
  /** The owner in the packed layer of what is on disk. */
  packed = (disk, path) => this.#wanted.get(path) ?? disk;
};

// libs/drivers/local/src/build/worker/copy-task.ts
import { lstatSync as lstatSync2 } from "node:fs";
import { basename, join as join2, relative as relative2 } from "node:path";

// libs/drivers/local/src/build/worker/archive.ts
import { spawn } from "node:child_process";
import { createReadStream, openSync, readSync, closeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { constants as zlib, gunzipSync, zstdDecompressSync } from "node:zlib";
var HEAD_BYTES = 64 * 1024;
var BLOCK = 512;
var PROGRAMS = [
  { program: "bzip2", magic: [66, 90, 104] },
  { program: "xz", magic: [253, 55, 122, 88, 90] }
];
function isArchive(path) {
  const head = readHead(path);
  if (programOf(head) !== void 0) return /\.(?:tar\.\w+|t[bx]z2?)$/.test(path);
  return hasTarHeader(inflate(head));
}
async function unpackArchive(path, directory, owner) {
  try {
    await unpackLayer(open(path), directory, { owner });
  } catch (error) {
    if (!isOciError(error) || error.code === "no-space") throw error;
    throw new CopyError(`the archive cannot be unpacked: ${error.message}`);
  }
}
async function* open(path) {
  const program = programOf(readHead(path));
  if (program === void 0) {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
    return;
  }
  const child = spawn(program, ["-dc", path], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once(
      "close",
      (code) => resolve(code === 0 ? void 0 : `${program} ended with ${code}`)
    );
  });
  const said = text(child.stderr);
  yield* child.stdout;
  const failure = await ended;
  if (failure !== void 0)
    throw new CopyError(`${program} cannot read the archive: ${failure} ${await said}`.trim());
}
function programOf(head) {
  return PROGRAMS.find(({ magic }) => magic.every((byte, index) => head[index] === byte))?.program;
}
function readHead(path) {
  const buffer = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
function inflate(head) {
  try {
    if (head[0] === 31 && head[1] === 139)
      return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH });
    if (head.readUInt32LE(0) === 4247762216)
      return zstdDecompressSync(head, { finishFlush: zlib.ZSTD_e_flush });
  } catch {
  }
  return head;
}
function hasTarHeader(block) {
  if (block.length < BLOCK || block.toString("latin1", 257, 262) !== "ustar") return false;
  const field = Number.parseInt(block.toString("latin1", 148, 156).replaceAll(/[\0 ]/g, ""), 8);
  let sum = 8 * 32;
  for (let index = 0; index < BLOCK; index++) {
    if (index < 148 || index >= 156) sum += block[index] ?? 0;
  }
  return sum === field;
}

// libs/drivers/local/src/build/worker/copy-task.ts
async function copyInto(task, places) {
  await new Copying(task, places).run();
}
var Copying = class {
  #from;
  #task;
  #copier;
  #owners;
  #root;
  #chown;
  constructor(task, { root, from, owners }) {
    this.#from = from;
    this.#root = root;
    this.#owners = owners;
    this.#task = task;
    this.#chown = task.chown === void 0 ? void 0 : readOwner(root, task.chown);
    const kept = task.keepOwners ? void 0 : { uid: 0, gid: 0 };
    this.#copier = new Copier({
      root,
      owner: this.#chown ?? kept,
      owners,
      chmod: task.chmod === void 0 ? void 0 : readChmod(task.chmod),
      keepLinks: task.keepOwners
    });
  }
  async run() {
    const { target, texts } = this.#task;
    const sources = this.#task.sources ?? this.#task.patterns.flatMap((pattern) => this.#find(pattern));
    const isDirectory2 = target.endsWith("/") || this.#copier.hasDirectory(target);
    const files = sources.filter((source) => !source.isDirectory).length + texts.length;
    if (!isDirectory2 && files > 1) {
      throw new CopyError(
        `${files} files are copied to ${target}, which is not a directory: end it with a slash`
      );
    }
    for (const source of sources) await this.#copy(source, isDirectory2);
    for (const text2 of texts) {
      this.#copier.text(text2.content, isDirectory2 ? join2(target, basename(text2.name)) : target);
    }
  }
  #find(pattern) {
    const found = selectSource(this.#from, pattern);
    if (found.length === 0 && !isPattern(pattern))
      throw new CopyError(`${pattern} does not exist there`);
    return found.map((selected) => ({ ...selected, entries: walkTree(this.#from, selected.path) }));
  }
  async #copy(source, intoDirectory) {
    const { target } = this.#task;
    if (source.isDirectory)
      return this.#copier.tree(this.#from, source.entries, { top: source.path, target });
    const [entry] = source.entries;
    if (entry === void 0) throw new CopyError(`${source.path} is left out by .dockerignore`);
    const file = join2(this.#from, entry.path);
    const unpack = this.#task.unpack && lstatSync2(file).isFile() && isArchive(file);
    if (unpack) return this.#unpack(file);
    return this.#copier.file(this.#from, entry, intoDirectory ? join2(target, source.name) : target);
  }
  #unpack(file) {
    const directory = this.#copier.directory(this.#task.target);
    return unpackArchive(file, directory, (own, path) => {
      const owner = this.#chown ?? own;
      return this.#owners.settle(join2(relative2(this.#root, directory), path), owner);
    });
  }
};

// libs/drivers/local/src/build/worker/layer-diff.ts
import { lstatSync as lstatSync3, lutimesSync, readdirSync, rmdirSync, rmSync as rmSync2 } from "node:fs";
import { join as join3 } from "node:path";
function findHidden(views) {
  const { lower } = views;
  return lower === void 0 ? [] : hiddenIn("", { ...views, lower });
}
function hiddenIn(path, views) {
  if (!isDirectory(join3(views.lower, path))) return [];
  const here = new Set(readdirSync(join3(views.merged, path)));
  const written = readdirSync(join3(views.upper, path), { withFileTypes: true });
  const marks = new Set(written.map((entry) => entry.name));
  const gone = readdirSync(join3(views.lower, path)).filter(
    (name) => !here.has(name) && !marks.has(name)
  );
  const below = written.filter((entry) => entry.isDirectory());
  return [
    ...gone.map((name) => inside(path, name)),
    ...below.flatMap((entry) => hiddenIn(inside(path, entry.name), views))
  ];
}
function removeMountPoints(views, targets) {
  for (const target of targets) {
    const names = target.split("/").filter((name) => name !== "");
    while (names.length > 0 && isNewAndEmpty(views, names.join("/"))) {
      rmSync2(join3(views.merged, ...names), { recursive: true });
      names.pop();
    }
  }
}
function isNewAndEmpty({ lower, upper, merged }, path) {
  const stats = lstatSync3(join3(upper, path), { throwIfNoEntry: false });
  if (stats === void 0 || stats.isSymbolicLink()) return false;
  if (lower !== void 0 && exists(join3(lower, path))) return false;
  return stats.isDirectory() ? readdirSync(join3(merged, path)).length === 0 : stats.isFile() && stats.size === 0;
}
function removeCopies(views, targets) {
  for (const target of targets) {
    const names = target.split("/").filter((name) => name !== "");
    for (names.pop(); names.length > 0 && isCopy(views, names.join("/")); names.pop()) {
      rmdirSync(join3(views.upper, ...names));
    }
  }
}
function isCopy({ upper, lower }, path) {
  if (lower === void 0 || !isDirectory(join3(upper, path))) return false;
  const before = lstatSync3(join3(lower, path), { throwIfNoEntry: false });
  const now = lstatSync3(join3(upper, path));
  const isSame = before?.mode === now.mode && before.uid === now.uid && before.gid === now.gid;
  return isSame && readdirSync(join3(upper, path)).length === 0;
}
function isUntouched(upper) {
  return readdirSync(upper).length === 0;
}
function settleTimes(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join3(directory, entry.name);
    if (entry.isDirectory()) settleTimes(path);
    else lutimesSync(path, 0, 0);
  }
  lutimesSync(directory, 0, 0);
}
function isDirectory(path) {
  return lstatSync3(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
function exists(path) {
  return lstatSync3(path, { throwIfNoEntry: false }) !== void 0;
}
function inside(path, name) {
  return path === "" ? name : `${path}/${name}`;
}

// libs/drivers/local/src/build/worker/mounts.ts
import { spawnSync } from "node:child_process";
import { mkdirSync as mkdirSync2 } from "node:fs";
import { relative as relative3 } from "node:path";
var MountError = class extends Error {
  name = "MountError";
};
var Mounts = class {
  #places = [];
  /** Mounts what a step sees; gives the root it works on and the view of what was there before. */
  step(plan) {
    if (plan.lowers.length === 0) return { root: plan.upper, below: void 0 };
    this.#overlay(plan.merged, plan);
    return { root: plan.merged, below: this.readOnly(plan.lowers, plan.below) };
  }
  /** The directory at which the tree can be read. */
  tree(plan) {
    return plan.kind === "directory" ? plan.path : this.readOnly(plan.lowers, plan.mount);
  }
  /** Layers as one directory: overlayfs wants two at least. */
  readOnly(lowers, place) {
    const [only] = lowers;
    if (lowers.length === 0) {
      mkdirSync2(place, { recursive: true });
      return place;
    }
    if (lowers.length === 1 && only !== void 0) return only;
    this.#overlay(place, { lowers });
    return place;
  }
  /** Undoes one mount before the others, if it is there. */
  release(place) {
    const index = this.#places.indexOf(place);
    if (index < 0) return;
    this.#places.splice(index, 1);
    unmount(place);
  }
  [Symbol.dispose]() {
    for (const place of this.#places.toReversed()) unmount(place);
    this.#places.length = 0;
  }
  /** Names are relative to a common directory: the kernel takes one page of options. */
  #overlay(place, plan) {
    const { lowers, upper, work } = plan;
    const all = [...lowers, ...upper === void 0 || work === void 0 ? [] : [upper, work]];
    const base = commonDir(all);
    const name = (dir) => relative3(base, dir) || ".";
    const above = upper === void 0 || work === void 0 ? [] : [`upperdir=${name(upper)}`, `workdir=${name(work)}`];
    const options = [`lowerdir=${lowers.map(name).join(":")}`, ...above, "userxattr"];
    mkdirSync2(place, { recursive: true });
    run("mount", ["-t", "overlay", "-o", options.join(","), "overlay", place], base);
    this.#places.push(place);
  }
};
function unmount(place) {
  run("umount", ["--lazy", place], "/");
}
function run(program, args, cwd) {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"]
  });
  if (status === 0) return;
  throw new MountError(`${program} failed: ${error === void 0 ? stderr.trim() : error.message}`);
}

// libs/drivers/local/src/build/worker/perform.ts
async function perform(request, hasOneId2) {
  using mounts = new Mounts();
  switch (request.op) {
    case "remove":
      for (const path of request.paths) rmSync3(path, { recursive: true, force: true });
      return {};
    case "extract":
      extract(mounts.tree(request.from), request, hasOneId2);
      return {};
    case "cache":
      makeCache(request, { mounts, hasOneId: hasOneId2 });
      return {};
    case "user": {
      const root = mounts.tree(request.from);
      const owner = readOwner(root, request.user);
      const groups = readGroups(root, request.user);
      return { user: { ...owner, groups, home: readHome(root, owner.uid) } };
    }
    case "step":
      return await performStep(request, { mounts, hasOneId: hasOneId2 });
  }
}
async function performStep(request, { mounts, hasOneId: hasOneId2 }) {
  const { overlay, task, contentDir } = request;
  const owners = new Owners(hasOneId2);
  const { root, below } = mounts.step(overlay);
  const views = { upper: overlay.upper, lower: below, merged: root };
  if (task.kind === "copy") await copyInto(task, { root, from: mounts.tree(task.from), owners });
  else if (task.kind === "directory")
    new Copier({ root, keepLinks: false, owners }).directory(task.path);
  else removeMountPoints(views, task.mountPoints);
  const whiteouts = findHidden(views);
  mounts.release(overlay.merged);
  if (task.kind === "capture" && whiteouts.length === 0) removeCopies(views, task.mountPoints);
  if (isUntouched(overlay.upper)) return {};
  settleTimes(overlay.upper);
  const store = await ContentStore.open(contentDir);
  const { descriptor } = await storeLayer(store, overlay.upper, {
    whiteouts,
    owner: owners.packed
  });
  return { layer: { digest: descriptor.digest, size: descriptor.size } };
}
function extract(from, request, hasOneId2) {
  const owners = new Owners(hasOneId2);
  const { source, target } = request;
  const [found] = request.sources ?? find(from, source);
  if (found === void 0) throw new CopyError(`${source} does not exist there`);
  const keepOwners = request.sources === void 0;
  const owner = keepOwners ? void 0 : { uid: 0, gid: 0 };
  if (found.isDirectory) {
    mkdirSync3(target, { recursive: true });
    const copier = new Copier({ root: target, keepLinks: keepOwners, owner, owners });
    return copier.tree(from, found.entries, { top: found.path, target: "/" });
  }
  const [entry] = found.entries;
  if (entry === void 0) throw new CopyError(`${source} is left out by .dockerignore`);
  const name = target.slice(target.lastIndexOf("/") + 1);
  new Copier({ root: dirname2(target), keepLinks: false, owner, owners }).file(from, entry, name);
}
function find(root, source) {
  return selectSource(root, source).map((selected) => ({
    ...selected,
    entries: walkTree(root, selected.path)
  }));
}
function makeCache(request, { mounts, hasOneId: hasOneId2 }) {
  const { path, mode, uid, gid, from, source = "/" } = request;
  if (lstatSync4(path, { throwIfNoEntry: false }) !== void 0) return;
  const draft = join4(dirname2(path), `.${process.pid}-${path.slice(path.lastIndexOf("/") + 1)}`);
  rmSync3(draft, { recursive: true, force: true });
  mkdirSync3(draft, { recursive: true });
  if (from !== void 0) extract(mounts.tree(from), { source, target: draft }, hasOneId2);
  if (!hasOneId2) chownSync(draft, uid, gid);
  chmodSync2(draft, mode);
  renameSync(draft, path);
}

// libs/drivers/local/src/build/worker/build-worker.ts
var hasOneId = process.argv.includes("--single-id");
process.umask(18);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}
`);
}
async function answer(line) {
  try {
    return { ok: true, ...await perform(toRequest(line), hasOneId) };
  } catch (error) {
    return toReply(error);
  }
}
function toRequest(line) {
  return JSON.parse(line);
}
function toReply(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CopyError || error instanceof LinkLoopError) {
    return {
      ok: false,
      fault: "request",
      message,
      hint: "Correct the instruction, or the files that it names."
    };
  }
  if (error instanceof UnknownOwnerError) {
    return {
      ok: false,
      fault: "request",
      message,
      hint: "Use a number, or add the name in a RUN before."
    };
  }
  if (isUnmapped(error)) {
    return {
      ok: false,
      fault: "request",
      message: `an owner is outside of the ids that this user may hand out (${message})`,
      hint: "Give the user a larger range in /etc/subuid and /etc/subgid, or use a smaller number."
    };
  }
  if (isOciError(error, "no-space") || isFull(error)) {
    return {
      ok: false,
      fault: "no-space",
      message,
      hint: "Free space on the disk of the state directory."
    };
  }
  return {
    ok: false,
    fault: "defect",
    message,
    hint: "Look at the message; the build left nothing behind."
  };
}
function isFull(error) {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
function isUnmapped(error) {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return false;
  return error.code === "EINVAL" && String(error.syscall).endsWith("chown");
}
