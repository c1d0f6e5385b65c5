import type { Terminal } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import type { TerminalSession } from "./session.ts";

/** Milliseconds that an ended terminal stays, so that who looks elsewhere still learns how it ended. */
const KEPT_MS = 60_000;
/** Terminals at one time. */
const MOST = 64;

/** What ends with a terminal besides its program. */
export type Undo = () => Promise<void>;

/** The terminals of one daemon. Disposing it hangs up all of them. */
export class Terminals implements AsyncDisposable {
  readonly #sessions = new Map<string, TerminalSession>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Terminals whose program goes on. */
  get openCount(): number {
    return this.list().filter(({ exitCode }) => exitCode === undefined).length;
  }

  /** Throws `busy` when there are too many already. */
  checkRoom(): void {
    if (this.openCount < MOST) return;
    throw new Fault("busy", `There are ${MOST} terminals already.`, {
      hint: "Close some: `gantry shell --list`, `gantry shell --close ID`.",
    });
  }

  /** Holds a session; `undo` is done once its program has ended. */
  add(session: TerminalSession, undo: Undo): void {
    const { id } = session.facts;
    this.#sessions.set(id, session);
    void session.ended.then(undo).then(() => {
      const timer = setTimeout(() => {
        this.#sessions.delete(id);
        this.#timers.delete(timer);
      }, KEPT_MS).unref();
      this.#timers.add(timer);
    });
  }

  list(): readonly Terminal[] {
    return [...this.#sessions.values()].map(({ view }) => view);
  }

  /** Throws `not-found`. */
  get(id: string): TerminalSession {
    const session = this.#sessions.get(id);
    if (session !== undefined) return session;
    throw new Fault("not-found", `There is no terminal ${id}.`, {
      hint: "It has ended, or the daemon was started anew; see `gantry shell --list`.",
    });
  }

  async close(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    await session?.[Symbol.asyncDispose]();
    this.#sessions.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.close(id)));
  }
}
