import { existsSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EngineUnavailableError } from "../errors.ts";
import { type HostChanges, restoreOwn, restoreShared, type SharedChanges } from "./host.ts";
import { lockFile } from "./lock.ts";
import { killGroup, startTimeOf } from "./process.ts";
import { SharedRecordFile } from "./shared-record.ts";

const PREFIX = "gantry-engines-";
/** `D/exec/containerd/containerd.sock.ttrpc` is the longest socket below a home; the kernel's limit is 107. */
const LONGEST_HOME = 60;

/** A process, told apart from a later one with the same number. */
interface Identity {
  readonly pid: number;
  readonly startTime: string;
}

/** What is written in each home so that another run can clear it away when its owner is gone. */
interface HomeRecord extends HostChanges {
  readonly owner: Identity;
  readonly children: readonly Identity[];
  /** Whether the run changes the host at all. */
  readonly usesHost: boolean;
}

/** Where images are kept between runs, and the locks. One folder per user. */
export function cacheDir(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gantry-engines");
}

function shared(): SharedRecordFile {
  return new SharedRecordFile(cacheDir());
}

/** Waits for the lock called `name`, which every run of this user respects. */
export async function lock(name: string, signal: AbortSignal): Promise<AsyncDisposable> {
  await mkdir(cacheDir(), { recursive: true, mode: 0o700 });
  return lockFile(join(cacheDir(), `${name}.lock`), signal);
}

function parent(): string {
  const wanted = tmpdir();
  return join(wanted, PREFIX).length + 6 <= LONGEST_HOME ? wanted : "/tmp";
}

function identify(pid: number): Identity {
  return { pid, startTime: startTimeOf(pid) ?? "" };
}

function isAlive({ pid, startTime }: Identity): boolean {
  return startTime !== "" && startTimeOf(pid) === startTime;
}

/** Enough to tell a record from anything else: only this file writes them, into folders that are its user's. */
function isHomeRecord(value: unknown): value is HomeRecord {
  return typeof value === "object" && value !== null && "owner" in value && "children" in value;
}

async function readRecord(dir: string): Promise<HomeRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(join(dir, "home.json"), "utf8"));
    return isHomeRecord(record) ? record : undefined;
  } catch {
    // Not ours to read, or its owner died before writing it.
    return undefined;
  }
}

interface Found {
  readonly dir: string;
  readonly record: HomeRecord | undefined;
}

/** The homes of this user, whoever's run they belong to. Others' folders are never touched. */
async function homes(): Promise<readonly Found[]> {
  const names = (await readdir(parent())).filter((name) => name.startsWith(PREFIX));
  const dirs = names.map((name) => join(parent(), name));
  const owned = await Promise.all(
    dirs.map(async (dir) => (await stat(dir).catch(() => undefined))?.uid === process.getuid?.()),
  );
  const mine = dirs.filter((_, index) => owned[index] === true);
  return Promise.all(mine.map(async (dir) => ({ dir, record: await readRecord(dir) })));
}

async function unmountedBelow(dir: string): Promise<boolean> {
  const mounts = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return !mounts.split("\n").some((line) => line.split(" ")[4]?.startsWith(`${dir}/`));
}

/** Ends the process groups that a dead run left, with all that is in their namespaces. */
async function killLeft(children: readonly Identity[]): Promise<void> {
  const left = children.filter(isAlive);
  for (const { pid } of left) killGroup(pid);
  // The kernel takes the processes of a namespace down one by one after its first has gone.
  if (left.length > 0) await delay(500);
}

/** Clears away one home: its processes, its network, its files. The host lock must be held. */
async function remove(dir: string, record: HomeRecord | undefined): Promise<void> {
  await killLeft(record?.children ?? []);
  if (record?.usesHost === true) {
    await restoreOwn(dir, record);
    const others = (await homes()).filter((home) => home.dir !== dir);
    if (!others.some((other) => other.record?.usesHost === true)) {
      await restoreShared(dir, shared().read());
      shared().clear();
    }
  }
  if (await unmountedBelow(dir)) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** A home that has no record yet may be one that is being made by a run with another cache folder. */
const UNRECORDED_MS = 60_000;

async function isDead({ dir, record }: Found): Promise<boolean> {
  if (record !== undefined) return !isAlive(record.owner);
  const found = await stat(dir).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > UNRECORDED_MS;
}

/** The homes whose owners are gone. */
async function deadHomes(): Promise<readonly Found[]> {
  const all = await homes();
  const dead = await Promise.all(all.map(isDead));
  return all.filter((_, index) => dead[index] === true);
}

/** Clears away the homes whose owners are gone, and returns their paths. The host lock must be held. */
export async function sweep(): Promise<readonly string[]> {
  const dead = await deadHomes();
  for (const { dir, record } of dead) await remove(dir, record);
  return dead.map(({ dir }) => dir);
}

/** The folder of one run, with all that its engines keep on disk. Disposal removes it and undoes its changes to the host. */
export class Home implements AsyncDisposable {
  readonly dir: string;
  #record: HomeRecord;

  private constructor(dir: string, record: HomeRecord) {
    this.dir = dir;
    this.#record = record;
  }

  /** Clears away what dead runs left and makes a new, empty home. */
  static async open(signal: AbortSignal): Promise<Home> {
    if (!existsSync("/proc/self/stat")) {
      throw new EngineUnavailableError("private engines are started on Linux only");
    }
    await using held = new AsyncDisposableStack();
    held.use(await lock("host", signal));
    await sweep();
    const dir = await mkdtemp(join(parent(), PREFIX));
    const home = new Home(dir, { owner: identify(process.pid), children: [], usesHost: false });
    home.#write();
    return home;
  }

  /** The name that things outside of the folder bear: at most 13 characters, as an interface name has to be. */
  get name(): string {
    return `gantry-${this.dir.slice(-6)}`;
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts);
  }

  /** Notes a process group, so that a sweep can end it should it outlive us. */
  track(pid: number | undefined): void {
    if (pid === undefined) return;
    this.#update({ children: [...this.#record.children, identify(pid)] });
  }

  /** Notes changes to the host before they are made, so that they are undone whatever happens next. */
  willChange({ restore = [], ...own }: HostChanges & Partial<SharedChanges>): void {
    const groups = [...(this.#record.controlGroups ?? []), ...(own.controlGroups ?? [])];
    this.#update({ ...own, controlGroups: groups, usesHost: true });
    shared().add({ restore });
  }

  #update(change: Partial<HomeRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#write();
  }

  /** Synchronous, so that engines that start at the same time do not write over each other. */
  #write(): void {
    writeFileSync(this.path("home.json.new"), JSON.stringify(this.#record), { mode: 0o600 });
    renameSync(this.path("home.json.new"), this.path("home.json"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using held = new AsyncDisposableStack();
    held.use(await lock("host", new AbortController().signal));
    await remove(this.dir, this.#record);
  }
}

/** The folders that the next run will clear away. */
export async function homesLeft(): Promise<readonly string[]> {
  return (await deadHomes()).map(({ dir }) => dir);
}
