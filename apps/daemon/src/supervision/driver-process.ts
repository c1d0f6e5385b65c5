import { type ConnectOptions, type LaunchedDriver, launchDriver } from "@gantry/driver-api";
import type { LaunchRequest, Launcher, Prepared } from "./launcher.ts";
import type { SupervisionPolicy } from "./policy.ts";

/** One driver's process to be. */
export interface DriverPlan {
  readonly launch: LaunchRequest;
  readonly options: ConnectOptions["options"];
  /** Refuses a driver that says something else of itself than what was expected. */
  readonly check?: ConnectOptions["check"];
  /** The operator's secrets that it was granted. */
  readonly namedSecret?: ConnectOptions["namedSecret"];
}

export interface ProcessOptions {
  readonly launcher: Launcher;
  readonly policy: SupervisionPolicy;
  readonly onStderr: (bytes: Buffer) => void;
  /** Hears, once, that the process ended or had to be ended although nobody wanted that. */
  readonly onCrash: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** A driver's process under watch: heard, counted, retired, killed. */
export class DriverProcess implements AsyncDisposable {
  readonly driver: LaunchedDriver;
  readonly confinement: Prepared["confinement"];
  /** Settles once its process has ended and nothing is left of it. */
  readonly gone: Promise<void>;
  #isGone: () => void = () => undefined;
  readonly #prepared: Prepared;
  readonly #options: ProcessOptions;
  readonly #watch: NodeJS.Timeout;
  #calls = 0;
  #usedAt = performance.now();
  #lookedAt = performance.now();
  #missed = 0;
  #isRetired = false;
  #isWanted = true;
  #closing: Promise<void> | undefined;

  private constructor(driver: LaunchedDriver, prepared: Prepared, options: ProcessOptions) {
    this.driver = driver;
    this.#prepared = prepared;
    this.confinement = prepared.confinement;
    this.#options = options;
    this.#watch = setInterval(() => this.#look(), options.policy.beatMs).unref();
    this.gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    void driver.closed.then((reason) => this.#lost(reason));
  }

  /** Prepares, starts, and shakes hands. Throws `Fault` or `DriverError`. */
  static async start(plan: DriverPlan, options: ProcessOptions): Promise<DriverProcess> {
    const { launcher, policy, signal } = options;
    await using stack = new AsyncDisposableStack();
    const prepared = stack.use(await launcher.prepare(plan.launch, signal));
    const { command, args, env, cwd } = prepared;
    let made: DriverProcess | undefined;
    const driver = await launchDriver({
      command,
      args,
      env,
      cwd,
      signal,
      name: plan.launch.name,
      options: plan.options,
      context: { stateDir: plan.launch.stateDir, contentDir: plan.launch.contentDir },
      startMs: policy.startMs,
      patience: policy.patience,
      onStderr: options.onStderr,
      onStuck: (what) => made?.fail(what),
      ...(plan.check === undefined ? {} : { check: plan.check }),
      ...(plan.namedSecret === undefined ? {} : { namedSecret: plan.namedSecret }),
    });
    stack.move();
    made = new DriverProcess(driver, prepared, options);
    return made;
  }

  /** Whether new work may go to it. */
  get isUsable(): boolean {
    return this.isAlive && !this.#isRetired;
  }

  get isAlive(): boolean {
    return this.#closing === undefined;
  }

  get calls(): number {
    return this.#calls;
  }

  /** Keeps the process while `work` goes on. */
  async use<Result>(work: (driver: LaunchedDriver) => Promise<Result>): Promise<Result> {
    using _held = this.hold();
    return await work(this.driver);
  }

  /** Keeps the process until disposed of. */
  hold(): Disposable {
    this.#calls += 1;
    return {
      [Symbol.dispose]: () => {
        this.#calls -= 1;
        this.#usedAt = performance.now();
        if (this.#isRetired) this.#endWhenUnused();
      },
    };
  }

  /** No new work: what is under way is finished, then it is stopped. */
  retire(): void {
    this.#isRetired = true;
    this.#endWhenUnused();
  }

  /** It does not do what it is asked: it counts as crashed, and gets no new work. */
  fail(reason: string): void {
    this.#crash(reason);
    this.retire();
  }

  /** Asked, then killed; twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#isWanted = false;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #endWhenUnused(): void {
    setTimeout(() => {
      if (this.#calls === 0 && this.isAlive) void this[Symbol.asyncDispose]();
    }, this.#options.policy.lingerMs).unref();
  }

  #crash(reason: string): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#options.onCrash(reason);
  }

  /** Its connection is over: it may go on although it speaks no more. */
  async #lost(reason: string): Promise<void> {
    if (!this.isAlive) return;
    const closing = this.#close();
    this.#closing = closing;
    this.#crash(await this.#describe(reason));
    await closing;
  }

  async #describe(reason: string): Promise<string> {
    const fault = this.driver.fault();
    if (fault !== undefined) return `it broke the driver protocol: ${fault}`;
    const exit = await Promise.race([this.driver.ended, pause(1_000)]);
    if (exit === undefined) return `its connection ended (${reason})`;
    return exit.signal === null
      ? `it ended with exit code ${exit.code}`
      : `it was ended by ${exit.signal}`;
  }

  async #close(): Promise<void> {
    clearInterval(this.#watch);
    await Promise.resolve(this.driver[Symbol.asyncDispose]()).catch(() => undefined);
    await this.#prepared[Symbol.asyncDispose]();
    this.#isGone();
  }

  /** A pause of our own, such as the machine's sleep, counts as one missed beat and not as many. */
  #look(): void {
    const { missedBeats, idleMs, beatMs } = this.#options.policy;
    const now = performance.now();
    this.#missed = this.driver.heardAt() >= this.#lookedAt ? 0 : this.#missed + 1;
    this.#lookedAt = now;
    if (this.#missed > missedBeats) {
      this.#crash(`it gave no sign of life for ${(missedBeats * beatMs) / 1000} s`);
      void this.driver.kill();
    } else if (this.#calls === 0 && now - this.#usedAt > idleMs) this.retire();
    else void this.driver.ping().catch(() => undefined);
  }
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
