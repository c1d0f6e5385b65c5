import { type Child, type Exit, ProcessError, startProcess } from "@gantry/process";
import { type LinesOptions, LinesTransport, Throttle } from "@gantry/rpc";
import { DriverError } from "../errors.ts";
import { Conduct } from "./conduct.ts";
import { DRIVER_PATIENCE } from "./patience.ts";
import { type ConnectedDriver, connectDriver, type ConnectOptions } from "./connect.ts";

export interface LaunchOptions extends ConnectOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the driver's process. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Hears what the driver prints on stderr, as fast as it may print. */
  readonly onStderr?: (bytes: Buffer) => void;
  /** Milliseconds for a new process to finish its handshake. Default 10 s. */
  readonly startMs?: number;
}

/** A driver whose process we started. */
export interface LaunchedDriver extends ConnectedDriver {
  readonly pid: number;
  /** Settles when its process has ended. */
  readonly ended: Promise<Exit>;
  /** Ends the process, and what it started, without asking. */
  kill(): Promise<void>;
}

/** What a driver may send: one message at most, and how much of it in a second. More is read later, not refused. */
const BOUNDS: LinesOptions = {
  maxBytes: 8 * 1024 * 1024,
  bytes: { perSecond: 128 * 1024 * 1024, burst: 128 * 1024 * 1024 },
  messages: { perSecond: 20_000, burst: 20_000 },
};
/** Bytes a second that are read of what a driver prints on stderr. */
const STDERR_RATE = { perSecond: 256 * 1024, burst: 1024 * 1024 } as const;
const START_MS = 10_000;
/** Milliseconds for each rung of the ladder: input ended, SIGTERM, SIGKILL. */
const RUNG_MS = 2_000;
/** Milliseconds for what an ended process wrote last to be read, before its pipes are taken from whoever still holds them. */
const LAST_WORDS_MS = 500;

/** Starts a driver's process and connects to it over its stdin and stdout. Disposing it ends the process: input closed, asked, killed. */
export async function launchDriver(options: LaunchOptions): Promise<LaunchedDriver> {
  const child = await startChild(options);
  readStderr(child, options.onStderr);
  const startMs = options.startMs ?? START_MS;
  const timeout = AbortSignal.timeout(startMs);
  const signal =
    options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const conduct = new Conduct();
  const transport = new LinesTransport(child.stdout, child.stdin, {
    ...BOUNDS,
    lineMs: (options.patience ?? DRIVER_PATIENCE).lineMs,
    onRefused: conduct.refuse,
  });
  void child.ended.then(() => pause(LAST_WORDS_MS)).then(() => transport[Symbol.asyncDispose]());
  try {
    const driver = await Promise.race([
      connectDriver(transport, { ...options, signal, conduct }),
      rejectOn(signal, options.name ?? options.command, startMs),
    ]);
    return withProcess(driver, child);
  } catch (error) {
    await kill(child);
    throw error;
  }
}

async function startChild({ command, args, env, cwd }: LaunchOptions): Promise<Child> {
  try {
    return await startProcess(command, args, {
      env,
      graceMs: RUNG_MS,
      group: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    throw new DriverError("driver-lost", error.message, { hint: error.hint, cause: error });
  }
}

/** A driver that prints faster than it may waits in its own write. */
function readStderr({ stderr }: Child, onStderr: LaunchOptions["onStderr"]): void {
  const throttle = new Throttle(STDERR_RATE, performance.now());
  stderr.on("error", () => undefined);
  stderr.on("data", (bytes: Buffer) => {
    onStderr?.(bytes);
    const waitMs = throttle.take(bytes.length, performance.now());
    if (waitMs < 1) return;
    stderr.pause();
    setTimeout(() => stderr.resume(), waitMs).unref();
  });
}

function rejectOn(signal: AbortSignal, name: string, startMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void =>
      reject(
        new DriverError(
          "timeout",
          `Driver ${name} did not finish its handshake within ${startMs / 1000} s.`,
          {
            hint: "Run the driver by hand: it must answer driver.describe on its stdout.",
          },
        ),
      );
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
  });
}

function withProcess(driver: ConnectedDriver, child: Child): LaunchedDriver {
  const close = driver[Symbol.asyncDispose].bind(driver);
  return {
    ...driver,
    pid: child.pid,
    ended: child.ended,
    kill: () => kill(child),
    async [Symbol.asyncDispose]() {
      // A driver that hangs does not even answer its shutdown.
      await Promise.race([close(), pause(RUNG_MS)]);
      await Promise.race([child.ended, pause(RUNG_MS)]);
      if (child.isRunning) child.kill("SIGTERM");
      await Promise.race([child.ended, pause(RUNG_MS)]);
      await kill(child);
    },
  };
}

/** Ends the process and whatever is left of its group; pipes that somebody outside the group still holds are closed on our side. */
async function kill(child: Child): Promise<void> {
  child.kill("SIGKILL");
  await Promise.race([child.exit, pause(RUNG_MS)]);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
