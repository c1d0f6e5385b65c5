import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OciError, systemCode } from "../errors.ts";
import { decodeHolder, encodeHolder, selfHolder, stateOf } from "./holder.ts";
import { announce, isAwaited } from "./queue.ts";

export interface LockOptions {
  /** How long to wait for another holder before `locked`. Default 30 000. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

interface Turn {
  readonly number: number;
  readonly isFree: boolean;
}

/** A holder whose life cannot be asked (other pid namespace) is taken for dead after this. */
const UNKNOWN_MS = 60_000;

/** The longest that a waiting process goes without looking is one and a half of this. */
const LOOK_MS = 20;

/** Who comes anew lets those look first who wait already; else one busy process could keep all others out. */
const GIVE_WAY_MS = 2 * LOOK_MS;

/**
 * A mutual exclusion between processes in a directory, free again the moment its holder dies.
 *
 * A turn is a symbolic link `N` whose text names its holder: created whole, by one process only, and without needing
 * space on a full disk. Letting go renames it to `N.free`. The next turn is N+1. Numbers never go down, so a process
 * that judged an old turn and slept finds the newer one when it looks again, and steps back.
 */
export class DirectoryLock {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Runs `work` alone among all processes that use this directory. */
  async run<Result>(work: () => Promise<Result>, options: LockOptions = {}): Promise<Result> {
    const turn = await this.#acquire(options);
    try {
      return await work();
    } finally {
      await rename(this.#file(turn), `${this.#file(turn)}.free`);
    }
  }

  async #acquire({ waitMs = 30_000, signal }: LockOptions): Promise<number> {
    await mkdir(this.#directory, { recursive: true });
    const deadline = Date.now() + waitMs;
    if (await isAwaited(this.#directory)) await sleep(GIVE_WAY_MS);
    else {
      const turn = await this.#tryNext();
      if (turn !== undefined) return turn;
    }
    await using _ = await announce(this.#directory);
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LOOK_MS)) {
      signal?.throwIfAborted();
      const turn = await this.#tryNext();
      if (turn !== undefined) return turn;
      if (Date.now() > deadline) throw timeout(this.#directory, waitMs);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }

  async #tryNext(): Promise<number | undefined> {
    const latest = newest(await this.#turns());
    if (!latest.isFree && (await this.#isHeld(latest.number))) return undefined;
    const number = latest.number + 1;
    if (!(await this.#claim(number))) return undefined;
    const turns = await this.#turns();
    if (turns.some((turn) => turn.number > number || (turn.number === number && turn.isFree))) {
      await rm(this.#file(number), { force: true });
      return undefined;
    }
    for (const turn of turns.filter((other) => other.number < number)) await this.#forget(turn);
    return number;
  }

  async #claim(number: number): Promise<boolean> {
    try {
      await symlink(encodeHolder(selfHolder()), this.#file(number));
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  }

  async #turns(): Promise<Turn[]> {
    const names = await readdir(this.#directory);
    const turns = names.filter((name) => /^\d+(\.free)?$/.test(name));
    return turns.map((name) => ({
      number: Number.parseInt(name, 10),
      isFree: name.endsWith(".free"),
    }));
  }

  async #isHeld(number: number): Promise<boolean> {
    try {
      const holder = decodeHolder(await readlink(this.#file(number)));
      if (holder === undefined) return false;
      const state = stateOf(holder);
      if (state !== "unknown") return state === "alive";
      const { mtimeMs } = await lstat(this.#file(number));
      return Date.now() - mtimeMs < UNKNOWN_MS;
    } catch (error) {
      // Released or removed between the listing and now: look again.
      if (systemCode(error) === "ENOENT") return true;
      throw error;
    }
  }

  async #forget(turn: Turn): Promise<void> {
    await rm(this.#file(turn.number) + (turn.isFree ? ".free" : ""), { force: true });
  }

  #file(number: number): string {
    return join(this.#directory, String(number));
  }
}

/** The highest turn; a number that is both held and free is free. */
function newest(turns: readonly Turn[]): Turn {
  const number = Math.max(0, ...turns.map((turn) => turn.number));
  const isFree = number === 0 || turns.some((turn) => turn.number === number && turn.isFree);
  return { number, isFree };
}

function timeout(directory: string, waitMs: number): OciError {
  return new OciError("locked", `${directory} stayed locked for ${waitMs} ms`, {
    hint: "Another process is busy with this store; let it finish and try again.",
  });
}
