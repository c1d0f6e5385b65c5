import { lstat, readdir, realpath } from "node:fs/promises";
import { posix } from "node:path";
import type { Step } from "../enter/recipe.ts";
import { ConfineError } from "../errors.ts";
import type { ConfineRequest } from "../request.ts";
import { follow } from "./follow.ts";
import { within } from "./within.ts";

/** A granted path: as it was written, and where it really is. */
interface Grant {
  readonly written: string;
  readonly real: string;
}

/** The machine as the kernel shows it: processes, devices, settings. No grant of files opens these. */
const NEVER = ["/proc", "/dev", "/sys/fs/cgroup", "/sys/kernel"];
/** Not part of a grant of `/`: besides these, what is there already, and places full of sockets and of other people's files. */
const NOT_IN_ROOT = new Set(["proc", "dev", "sys", "run", "tmp", "usr", "bin", "sbin", "lib"]);

/**
 * Steps that make the granted files and directories visible, each at its own place. A path within one that may be written is part
 * of that: its own mount would follow whatever link the driver put there. Throws `ConfineError` for grants that would open what is
 * never open. Paths that do not exist are left out.
 */
export async function grantSteps(
  request: ConfineRequest,
  hidden: readonly string[],
): Promise<readonly Step[]> {
  for (const path of [...request.granted.write, ...request.granted.read]) {
    refuse(request, { written: path, real: posix.normalize(path) }, hidden);
  }
  const writable = await writableBy(request);
  const write = await resolveAll(request, request.granted.write, writable);
  const read = await resolveAll(request, request.granted.read, writable);
  for (const grant of [...write, ...read]) refuse(request, grant, hidden);
  for (const grant of write) refuseAround(request, grant, hidden);
  const written = outermost(write);
  const readable = outermost(read).filter(
    ({ real }) => !isThere(real) && !written.some((outer) => within(outer.real, real)),
  );
  return [
    ...(await Promise.all(readable.map(readSteps))).flat(),
    ...hidden.map((path): Step => ["empty", path]),
    ...written.flatMap((grant) => visible(grant, "rw")),
  ];
}

/**
 * Steps that make programs which were granted by path visible where they are, to be run. One that the driver may write to is
 * there already. Throws `ConfineError` for what no driver gets, and for what is no file.
 */
export async function programSteps(
  request: ConfineRequest,
  hidden: readonly string[],
): Promise<readonly Step[]> {
  const writable = await writableBy(request);
  const paths = request.granted.subprocesses.filter((word) => word.includes("/"));
  const programs = await resolveAll(request, paths, writable);
  for (const { written, real } of programs) {
    refuse(request, { written, real }, hidden);
    if (!(await lstat(real)).isFile()) throw refused(request, written, "it is no program");
  }
  const apart = programs.filter(({ real }) => !writable.some((path) => within(path, real)));
  return apart.flatMap((program) => visible(program, "ro"));
}

/** To read, to read but not to run anything of it, to write. */
type GrantKind = "ro" | "data" | "rw";

/** Where the driver could have left links when it ran before. */
async function writableBy(request: ConfineRequest): Promise<readonly string[]> {
  const paths = request.granted.write.map((path) => absolute(request, path));
  const found = [...paths, request.stateDir, request.contentDir].map((path) =>
    realpath(path).catch(() => path),
  );
  return await Promise.all(found);
}

/** A path, visible where it really is, and found under the name that it was given. */
export function visible({ written, real }: Grant, kind: GrantKind): readonly Step[] {
  const bind: Step = ["bind", kind, real, real];
  return written === real ? [bind] : [bind, ["alias", written, real]];
}

/** Whether every driver sees it anyway. */
function isThere(path: string): boolean {
  return within("/usr", path) && !/^\/usr\/(local\/)?(bin|sbin|games)(\/|$)/.test(path);
}

/** The granted paths that exist, as they were written and as they are. */
async function resolveAll(
  request: ConfineRequest,
  paths: readonly string[],
  writable: readonly string[],
): Promise<readonly Grant[]> {
  const resolved = paths.map((path) => resolve(request, absolute(request, path), writable));
  return (await Promise.all(resolved)).filter((grant) => grant !== undefined);
}

function absolute(request: ConfineRequest, path: string): string {
  const home = request.environment["HOME"];
  if (home === undefined && path.startsWith("~")) throw refused(request, path, "HOME is not set");
  const full = posix.normalize(path.replace(/^~(?=\/)/, home ?? ""));
  return full.length > 1 ? full.replace(/\/$/, "") : full;
}

async function resolve(
  request: ConfineRequest,
  written: string,
  writable: readonly string[],
): Promise<Grant | undefined> {
  const way = await follow(written, writable);
  if (way === undefined) return undefined;
  if (way.driversLink === undefined) return { written, real: way.real };
  throw refused(request, written, `${way.driversLink} is a link that the driver may have made`);
}

/** Without those that are part of another. */
function outermost(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(
    ({ real }, index) =>
      !grants.some(
        (other, place) =>
          within(other.real, real) && (other.real !== real || place < index) && place !== index,
      ),
  );
}

async function readSteps(grant: Grant): Promise<readonly Step[]> {
  if (grant.real !== "/") return visible(grant, "data");
  const names = (await readdir("/")).filter((name) => !NOT_IN_ROOT.has(name));
  const stats = await Promise.all(names.map((name) => lstat(`/${name}`)));
  const kept = names.filter((_, index) => stats[index]?.isSymbolicLink() === false);
  return kept.map((name): Step => ["bind", "data", `/${name}`, `/${name}`]);
}

function refuse(request: ConfineRequest, { written, real }: Grant, hidden: readonly string[]) {
  const kernel = NEVER.find((path) => within(path, real));
  if (kernel !== undefined) throw refused(request, written, `${kernel} is never shared`);
  const own = hidden.find((path) => within(path, real));
  if (own !== undefined) throw refused(request, written, `${own} is the daemon's own`);
}

/** Who may write around a directory may move it away and put another in its place. */
function refuseAround(request: ConfineRequest, grant: Grant, hidden: readonly string[]) {
  const own = [...NEVER, ...hidden].find((path) => within(grant.real, path));
  if (own !== undefined) throw refused(request, grant.written, `${own} is in it`);
}

function refused({ name }: ConfineRequest, path: string, why: string): ConfineError {
  return new ConfineError("grant-refused", `Driver ${name} cannot be given ${path}: ${why}.`, {
    hint: "Grant a narrower path: `gantry drivers install` asks again.",
  });
}
