import { setTimeout as delay } from "node:timers/promises";
import type { LaunchedDriver } from "@gantry/driver-api";
import { weakenedBy } from "@gantry/confine";
import { CrashRecord, type CrashesKnown } from "./crash-record.ts";
import { DriverProcess, type DriverPlan } from "./driver-process.ts";
import { quarantined, startFault } from "./faults.ts";
import type { Launcher, Prepared } from "./launcher.ts";
import type { SupervisionPolicy } from "./policy.ts";
import type { ProcessState } from "./process-state.ts";
import { StderrTail } from "./stderr-tail.ts";

/** Where it is kept how a driver fares, beyond this daemon. */
export interface CrashMemory {
  read(): (CrashesKnown & { readonly lastStderr: readonly string[] }) | undefined;
  write(known: CrashesKnown & { readonly lastStderr: readonly string[] }): void;
  forget(): void;
}

export interface SupervisorOptions {
  readonly launcher: Launcher;
  readonly policy: SupervisionPolicy;
  /** Absent: with this supervisor it is forgotten. */
  readonly memory?: CrashMemory;
  /** Hears what the driver prints, line by line, and of its crashes. */
  readonly log: (text: string) => void;
}

/** Has a driver's process started when there is work, and started anew when it ended; until it has crashed too often. */
export class Supervisor implements AsyncDisposable {
  readonly plan: DriverPlan;
  readonly #options: SupervisorOptions;
  readonly #crashes: CrashRecord;
  readonly #stderr: StderrTail;
  readonly #all = new Set<DriverProcess>();
  readonly #work = new Set<{ readonly what: string }>();
  readonly #ended = new AbortController();
  #current: DriverProcess | undefined;
  #starting: Promise<DriverProcess> | undefined;
  #isRetired = false;
  #confinement: Prepared["confinement"] | undefined;

  constructor(plan: DriverPlan, options: SupervisorOptions) {
    this.plan = plan;
    this.#options = options;
    const before = options.memory?.read();
    this.#crashes = new CrashRecord(options.policy, before);
    this.#stderr = new StderrTail(options.log, before?.lastStderr);
  }

  get name(): string {
    return this.plan.launch.name;
  }

  get isRunning(): boolean {
    return this.#current?.isUsable === true;
  }

  get confinement(): Prepared["confinement"]["state"] {
    return this.#confinement?.state ?? this.#options.launcher.expects(this.plan.launch);
  }

  /** What is weaker about that than it could be, in words; of one that was not started, what its grant takes away. */
  get weaker(): readonly string[] {
    const granted = this.plan.launch.package?.granted;
    return this.#confinement?.missing ?? (granted === undefined ? [] : weakenedBy(granted));
  }

  get state(): ProcessState {
    const { last } = this.#crashes;
    return {
      state: this.#stateNow(),
      ...(this.isRunning && this.#current !== undefined ? { pid: this.#current.driver.pid } : {}),
      crashes: this.#crashes.count(Date.now()),
      ...(last === undefined ? {} : { lastCrash: last.reason }),
      lastStderr: this.#stderr.lines,
    };
  }

  /** The process for new work, started if need be. Throws `driver-quarantined`, or what made the start fail. */
  async acquire(): Promise<DriverProcess> {
    if (this.#current?.isUsable === true) return this.#current;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  async use<Result>(work: (driver: LaunchedDriver) => Promise<Result>): Promise<Result> {
    const process = await this.acquire();
    return await process.use(work);
  }

  /** The same for work that takes a while and cannot be taken up by another process; `what` says what is under way. */
  async work<Result>(
    what: string,
    work: (driver: LaunchedDriver) => Promise<Result>,
  ): Promise<Result> {
    const entry = { what };
    this.#work.add(entry);
    try {
      return await this.use(work);
    } finally {
      this.#work.delete(entry);
    }
  }

  /** What takes a while and is under way, as clauses: `it builds an image`. */
  get workUnderWay(): readonly string[] {
    return [...this.#work].map(({ what }) => what);
  }

  /** A way out of quarantine: crashes are forgotten, and new work gets a new process. */
  restart(): void {
    this.#crashes.forget();
    this.#options.memory?.forget();
    this.#current?.retire();
    this.#current = undefined;
  }

  /** Another version takes over: what is under way here is finished here. */
  retire(): void {
    this.#isRetired = true;
    this.#current?.retire();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#starting?.catch(() => undefined);
    await Promise.all([...this.#all].map((process) => process[Symbol.asyncDispose]()));
  }

  #stateNow(): ProcessState["state"] {
    if (this.#crashes.isQuarantined) return "quarantined";
    if (this.isRunning) return "running";
    if (this.#starting === undefined) return "not-started";
    return this.#crashes.waitMs(Date.now()) > 0 ? "waiting" : "starting";
  }

  async #start(): Promise<DriverProcess> {
    if (this.#crashes.isQuarantined) throw quarantined(this.name, this.state);
    const { signal } = this.#ended;
    await delay(this.#crashes.waitMs(Date.now()), undefined, { signal, ref: false });
    this.#stderr.begin();
    try {
      const process = await this.#launch(signal);
      this.#keep(process);
      return process;
    } catch (error) {
      const fault = startFault(error, this.#stderr.lines);
      if (fault !== undefined) this.#addCrash(`its start failed: ${fault.message}`);
      throw fault ?? error;
    }
  }

  #launch(signal: AbortSignal): Promise<DriverProcess> {
    const { launcher, policy } = this.#options;
    return DriverProcess.start(this.plan, {
      launcher,
      policy,
      signal,
      onStderr: (bytes) => this.#stderr.push(bytes),
      onCrash: (reason) => this.#addCrash(reason),
    });
  }

  #keep(process: DriverProcess): void {
    this.#all.add(process);
    this.#current = process;
    this.#confinement = process.confinement;
    void process.gone.then(() => this.#all.delete(process));
    if (this.#isRetired) process.retire();
  }

  #addCrash(reason: string): void {
    this.#crashes.add(reason, Date.now());
    this.#options.memory?.write({ ...this.#crashes.known, lastStderr: this.#stderr.lines });
    const count = this.#crashes.count(Date.now());
    this.#options.log(`crashed (${count} of ${this.#options.policy.crashes}): ${reason}`);
  }
}
