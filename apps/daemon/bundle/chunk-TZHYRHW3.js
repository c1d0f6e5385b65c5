import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  fstabField
} from "./chunk-7C3R4XYV.js";

// libs/drivers/local/src/build/tree/resolve.ts
import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
var MAX_LINKS = 40;
var LinkLoopError = class extends Error {
  name = "LinkLoopError";
};
function resolveInRoot(root, path, options = { follow: true }) {
  const pending = parts(path).toReversed();
  let place = root;
  let links = 0;
  for (let part = pending.pop(); part !== void 0; part = pending.pop()) {
    if (part === "..") {
      place = place === root ? root : dirname(place);
      continue;
    }
    const next = join(place, part);
    const isLast = pending.length === 0;
    const target = isLast && !options.follow ? void 0 : linkTarget(next);
    if (target === void 0) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new LinkLoopError(`${path} goes round in symbolic links`);
    if (target.startsWith("/")) place = root;
    pending.push(...parts(target).toReversed());
  }
  return place;
}
function parts(path) {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
function linkTarget(path) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : void 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return void 0;
    throw error;
  }
}

// libs/drivers/local/src/build/tree/select.ts
import { lstatSync as lstatSync2, readdirSync } from "node:fs";
import { basename, join as join2, relative } from "node:path";
function isPattern(source) {
  return /[*?[\\]/.test(source);
}
function climbsOut(source) {
  let depth = 0;
  for (const part of parts(source)) {
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
function selectSource(root, source) {
  if (!isPattern(source)) return look(root, normalize(source));
  return matches(root, "", normalize(source).split("/")).flatMap((path) => look(root, path));
}
function siblings(root, source) {
  const names = parts(source);
  const directory = names.slice(0, -1).join("/");
  return list(resolveInRoot(root, directory)).map(
    (name) => directory === "" ? name : `${directory}/${name}`
  );
}
function normalize(source) {
  const kept = [];
  for (const part of parts(source)) {
    if (part === "..") kept.pop();
    else kept.push(part);
  }
  return kept.join("/");
}
function look(root, path) {
  const place = resolveInRoot(root, path);
  const stats = lstatSync2(place, { throwIfNoEntry: false });
  if (stats === void 0) return [];
  return [{ path: relative(root, place), name: basename(path), isDirectory: stats.isDirectory() }];
}
function matches(root, directory, patterns) {
  const [pattern, ...rest] = patterns;
  if (pattern === void 0) return [directory];
  const test = toRegExp(pattern);
  const found = list(resolveInRoot(root, directory)).filter((name) => test.test(name)).toSorted();
  return found.flatMap(
    (name) => matches(root, directory === "" ? name : join2(directory, name), rest)
  );
}
function list(directory) {
  const stats = lstatSync2(directory, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? readdirSync(directory) : [];
}
function toRegExp(pattern) {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] ?? "";
    const set = char === "[" ? /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(pattern.slice(index)) : null;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (set !== null) {
      source += `[${set[1] ?? ""}${(set[2] ?? "").replaceAll("[", String.raw`\[`)}]`;
      index += set[0].length - 1;
    } else if (char === "\\" && index + 1 < pattern.length)
      source += RegExp.escape(pattern[++index] ?? "");
    else source += RegExp.escape(char);
  }
  return new RegExp(`^${source}$`, "s");
}

// libs/drivers/local/src/build/tree/walk.ts
import { lstatSync as lstatSync3, readdirSync as readdirSync2 } from "node:fs";
import { join as join3 } from "node:path";
var ALL = { isIgnored: () => false, hasExceptions: false };
function walkTree(root, path, filter = ALL) {
  const stats = lstatSync3(join3(root, path), { throwIfNoEntry: false });
  if (stats === void 0) return [];
  const ignored = path !== "" && filter.isIgnored(path);
  if (!stats.isDirectory()) return ignored ? [] : [{ path, stats }];
  if (ignored && !filter.hasExceptions) return [];
  const names = readdirSync2(join3(root, path)).toSorted(byCodeUnit);
  const below = names.flatMap(
    (name) => walkTree(root, path === "" ? name : `${path}/${name}`, filter)
  );
  return ignored && below.length === 0 ? [] : [{ path, stats }, ...below];
}
function byCodeUnit(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// libs/drivers/local/src/dockerfile/chmod.ts
var WHO = { u: 2496, g: 1080, o: 519, a: 4095 };
var BITS = {
  r: 292,
  w: 146,
  x: 73,
  s: 3072,
  t: 512
};
function readChmod(text) {
  if (/^[0-7]{3,5}$/.test(text)) {
    const fixed = Number.parseInt(text, 8);
    return () => fixed;
  }
  const clauses = text.split(",").map((clause) => /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause));
  const changes = clauses.flatMap(
    (match) => match === null ? [] : toChanges(match[1] ?? "", match[2] ?? "")
  );
  if (clauses.includes(null)) return void 0;
  return (mode, isDirectory) => changes.reduce((now, change) => change(now, isDirectory), mode);
}
function toChanges(who, actions) {
  const mask = Array.from(who || "a").reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0);
  return [...actions.matchAll(/([-+=])([rwxXst]*)/g)].map(([, operator, letters = ""]) => {
    return (mode, isDirectory) => {
      const bits = mask & toBits(letters, isDirectory || (mode & 73) !== 0);
      if (operator === "+") return mode | bits;
      return operator === "-" ? mode & ~bits : mode & ~(mask & 511) | bits;
    };
  });
}
function toBits(letters, mayExecute) {
  return Array.from(letters).reduce((sum, letter) => {
    if (letter === "X") return mayExecute ? sum | 73 : sum;
    return sum | (BITS[letter] ?? 0);
  }, 0);
}

// libs/drivers/local/src/sandbox/mount-table.ts
import { relative as relative2 } from "node:path";

// libs/drivers/local/src/sandbox/setup/proc-paths.ts
var DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];
var MASKED = [
  "/sys/firmware",
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats"
];
var READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
function sortProcPaths(kindOf) {
  return {
    maskedFiles: MASKED.filter((path) => kindOf(path) === "file"),
    maskedDirs: MASKED.filter((path) => kindOf(path) === "dir"),
    readOnly: READ_ONLY.filter((path) => kindOf(path) !== void 0)
  };
}

// libs/drivers/local/src/sandbox/mount-table.ts
function overlayOptions(root, baseDir) {
  const name = (dir) => relative2(baseDir, dir) || ".";
  const lower = root.lowerDirs.map(name).join(":");
  return `lowerdir=${lower},upperdir=${name(root.upperDir)},workdir=${name(root.workDir)},userxattr`;
}
function commonDir(dirs) {
  const split = dirs.map((dir) => dir.split("/"));
  const first = split[0] ?? [];
  const shared = first.findIndex((part, index) => split.some((other) => other[index] !== part));
  return (shared < 0 ? first : first.slice(0, shared)).join("/") || "/";
}
var STRICT = "nosuid,nodev,noexec";
function toText(mounts) {
  return mounts.map((mount) => `${mount.map(fstabField).join(" ")} 0 0
`).join("");
}
function firstTable(root, scratch, baseDir) {
  return toText([
    ["overlay", scratch.rootDir, "overlay", overlayOptions(root, baseDir)],
    ["tmpfs", scratch.stageDir, "tmpfs", "mode=0700,nosuid,nodev"]
  ]);
}
function secondTable(spec, scratch, host) {
  return toText([
    ...procMounts(scratch.rootDir, host.proc),
    ...deviceMounts(scratch.rootDir, host),
    ...spec.network === "none" ? sysMounts(scratch, host.proc) : []
  ]);
}
function procMounts(root, proc) {
  return [
    ["proc", `${root}/proc`, "proc", STRICT],
    ...proc.maskedFiles.map((path) => ["/dev/null", root + path, "none", "bind"]),
    ...maskDirs(root, "/proc/", proc),
    ...proc.readOnly.map((path) => [root + path, root + path, "none", `bind,ro,${STRICT}`])
  ];
}
function maskDirs(root, below, proc) {
  const dirs = proc.maskedDirs.filter((path) => path.startsWith(below));
  return dirs.map((path) => ["tmpfs", root + path, "tmpfs", `ro,${STRICT}`]);
}
function deviceMounts(root, host) {
  const group = host.mapping.kind === "single" ? "" : ",gid=5";
  const pts = `newinstance,ptmxmode=0666,mode=0620,nosuid,noexec${group}`;
  return [
    [host.deviceTemplate, `${root}/dev`, "none", host.deviceOptions],
    ...DEVICES.map((name) => [`/dev/${name}`, `${root}/dev/${name}`, "none", "bind"]),
    ["devpts", `${root}/dev/pts`, "devpts", pts],
    ["shm", `${root}/dev/shm`, "tmpfs", `mode=1777,size=65536k,${STRICT}`]
  ];
}
function sysMounts({ rootDir, stageDir }, proc) {
  return [
    ["sysfs", `${stageDir}/sys`, "sysfs", STRICT],
    [`${stageDir}/sys`, `${rootDir}/sys`, "none", `bind,ro,${STRICT}`],
    ...maskDirs(rootDir, "/sys/", proc)
  ];
}

export {
  readChmod,
  LinkLoopError,
  resolveInRoot,
  parts,
  isPattern,
  climbsOut,
  selectSource,
  siblings,
  walkTree,
  DEVICES,
  sortProcPaths,
  commonDir,
  firstTable,
  secondTable
};
