import type { Patience } from "@gantry/rpc";
import { DriverError } from "../errors.ts";

/** How long a driver may take. */
export interface DriverPatience {
  /** Milliseconds for what needs no engine, or only a word of it: the handshake, `probe`, `handles`. */
  readonly shortMs: number;
  /** Milliseconds for one request to the engine: inspect, tag, remove, recover, sweep; and on top of the grace of `stop`. */
  readonly longMs: number;
  /** Milliseconds that a call may go on once it was cancelled. */
  readonly cancelMs: number;
  /** Milliseconds from the first byte of a message to its last. */
  readonly lineMs: number;
}

export const DRIVER_PATIENCE: DriverPatience = {
  shortMs: 10_000,
  longMs: 60_000,
  cancelMs: 10_000,
  lineMs: 30_000,
};

const SHORT = new Set(["driver.describe", "driver.initialize", "driver.probe", "run.handles"]);
const LONG = new Set([
  "image.inspect",
  "image.tag",
  "image.remove",
  "run.observe",
  "run.recover",
  "run.stop",
  "run.remove",
  "run.sweep",
  "terminal.write",
  "terminal.resize",
]);

export interface Waiting {
  readonly name: string;
  readonly method: string;
  /** Milliseconds that the call itself asks for. */
  readonly moreMs: number;
  readonly patience: DriverPatience;
  /** Hears of a call that the driver does not answer. */
  readonly onStuck: (what: string) => void;
}

/** How long to wait for one call. Builds, transfers, starts, and what follows a run take as long as they take, until they are cancelled. */
export function patienceFor({ name, method, moreMs, patience, onStuck }: Waiting): Patience {
  const base = SHORT.has(method)
    ? patience.shortMs
    : LONG.has(method)
      ? patience.longMs
      : undefined;
  const answerMs = base === undefined ? undefined : base + moreMs;
  return {
    answerMs,
    cancelMs: patience.cancelMs,
    late(what) {
      const error =
        what === "answer" ? unanswered(name, method, answerMs ?? 0) : unheeded(name, patience);
      onStuck(error.message);
      return error;
    },
  };
}

function unanswered(name: string, method: string, ms: number): DriverError {
  return new DriverError(
    "timeout",
    `Driver ${name} did not answer ${method} within ${ms / 1000} s.`,
    { hint: `See \`gantry drivers doctor ${name}\`; its process gets no more work.` },
  );
}

function unheeded(name: string, { cancelMs }: DriverPatience): DriverError {
  return new DriverError(
    "canceled",
    `The work was cancelled, but driver ${name} did not react within ${cancelMs / 1000} s.`,
    { hint: "Look at the engine: what the driver started may go on. Its process is stopped." },
  );
}
