import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../home.ts";
import type { DriverCrashes } from "../store/driver-crashes.ts";
import type { DriverPlan } from "../supervision/driver-process.ts";
import { withExchange } from "../supervision/exchange.ts";
import type { Launcher } from "../supervision/launcher.ts";
import type { SupervisionPolicy } from "../supervision/policy.ts";
import { supervisedDriver } from "../supervision/supervised-driver.ts";
import { type CrashMemory, Supervisor } from "../supervision/supervisor.ts";
import { checkFacets, checkIdentity } from "./check-identity.ts";
import type { EndpointConfig } from "./config.ts";
import type { Endpoint } from "./endpoint.ts";
import type { InstalledDriver } from "./installed-driver.ts";
import { grantedSecrets, type OperatorSecrets } from "./operator-secrets.ts";
import { checkOptions, withoutPatterns, type WrittenOptions } from "./options.ts";

export interface ProcessOptions {
  /** The operator's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly launcher: Launcher;
  readonly policy: SupervisionPolicy;
  /** The operator's. */
  readonly secrets: OperatorSecrets;
  /** How drivers fared with earlier daemons. */
  readonly crashes: DriverCrashes;
  /** Hears what a driver prints, and of its crashes. */
  readonly log: (name: string, text: string) => void;
}

/** An endpoint whose driver has a process of its own. */
export interface ProcessSource {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly locate?: NonNullable<WrittenOptions["locate"]>;
  /** The operator's own command, or a package. */
  readonly from: { readonly command: readonly string[] } | InstalledDriver;
}

interface Kept {
  readonly key: string;
  readonly supervisor: Supervisor;
  endpoint: Promise<Endpoint> | undefined;
}

/** The endpoints whose drivers are processes: one supervisor each, replaced when its driver or its options change. */
export class ProcessEndpoints implements AsyncDisposable {
  readonly #home: Home;
  readonly #options: ProcessOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #retired = new Set<Supervisor>();

  constructor(home: Home, options: ProcessOptions) {
    this.#home = home;
    this.#options = options;
  }

  /** The endpoint, its driver started once to learn what it can do. */
  async get(source: ProcessSource): Promise<Endpoint> {
    const kept = await this.#keep(source);
    kept.endpoint ??= open(kept.supervisor, source);
    kept.endpoint.catch(() => {
      kept.endpoint = undefined;
    });
    return await kept.endpoint;
  }

  /** Its supervisor. Starts nothing. */
  async supervisor(source: ProcessSource): Promise<Supervisor> {
    return (await this.#keep(source)).supervisor;
  }

  /** What a driver package does right now for any endpoint, an earlier version of it too, that another process could not take up. */
  workOf(driver: string): readonly string[] {
    const all = [...this.#retired, ...[...this.#kept.values()].map(({ supervisor }) => supervisor)];
    return all
      .filter(({ plan }) => plan.launch.package?.driver === driver)
      .flatMap(({ workUnderWay }) => workUnderWay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#retired, ...[...this.#kept.values()].map(({ supervisor }) => supervisor)];
    this.#kept.clear();
    await Promise.all(all.map((supervisor) => supervisor[Symbol.asyncDispose]()));
  }

  async #keep(source: ProcessSource): Promise<Kept> {
    const key = keyOf(source);
    const same = this.#kept.get(source.name);
    if (same?.key === key) return same;
    const plan = await this.#plan(source);
    const known = this.#kept.get(source.name);
    if (known?.key === key) return known;
    if (known !== undefined) this.#replace(known.supervisor);
    const { launcher, policy, log, crashes } = this.#options;
    const supervisor = new Supervisor(plan, {
      launcher,
      policy,
      memory: memoryOf(crashes, source.name, key),
      log: (text) => log(source.name, text),
    });
    const kept: Kept = { key, supervisor, endpoint: undefined };
    this.#kept.set(source.name, kept);
    return kept;
  }

  #replace(supervisor: Supervisor): void {
    this.#retired.add(supervisor);
    supervisor.retire();
  }

  async #plan({ from, ...written }: ProcessSource): Promise<DriverPlan> {
    const { name, options } = written;
    const stateDir = this.#home.endpoint(name);
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const { environment } = this.#options;
    const where = { name, stateDir, contentDir: this.#home.content, environment };
    if ("command" in from) return { launch: { ...where, command: from.command }, options };
    // What a driver can write it can falsify: a package has a store of its own.
    const contentDir = join(stateDir, "content");
    await mkdir(contentDir, { recursive: true, mode: 0o700 });
    const { manifest, directory, granted } = from;
    checkOptions(written, withoutPatterns(manifest.optionsSchema));
    const sha512 = from.linked ? undefined : from.sha512;
    const { command, limits } = manifest;
    return {
      launch: {
        ...where,
        contentDir,
        command,
        package: { driver: manifest.name, directory, sha512, granted, limits },
      },
      options,
      check: (description) => checkIdentity(name, manifest, description),
      namedSecret: grantedSecrets(name, granted.secrets, this.#options.secrets),
    };
  }
}

/** Options may be secret: of what tells one driver from another only a digest is kept. */
function memoryOf(crashes: DriverCrashes, endpoint: string, key: string): CrashMemory {
  const driver = createHash("sha256").update(key).digest("hex");
  return {
    read: () => crashes.find(endpoint, driver),
    write: ({ crashes: known, isQuarantined, lastStderr }) =>
      crashes.keep(endpoint, driver, {
        crashes: [...known],
        isQuarantined,
        lastStderr: [...lastStderr],
      }),
    forget: () => crashes.forget(endpoint),
  };
}

/** A driver of the operator's own command, as its configuration says. */
export function commandSource({ name, options, command = [] }: EndpointConfig): ProcessSource {
  return { name, options, from: { command } };
}

async function open(
  supervisor: Supervisor,
  { name, options, from }: ProcessSource,
): Promise<Endpoint> {
  const { driver } = await supervisor.acquire();
  const { description } = driver;
  const facade = supervisedDriver(supervisor, driver);
  if (!("command" in from)) checkFacets(name, from.manifest, driver);
  return {
    name,
    driver: description.name,
    version: description.version,
    origin: "command" in from ? "configured" : "installed",
    optionsSchema: description.optionsSchema,
    options,
    instance:
      supervisor.confinement === "confined"
        ? withExchange(facade, join(supervisor.plan.launch.stateDir, "exchange"))
        : facade,
    supervisor,
    ...("command" in from ? {} : { installed: from }),
  };
}

/** Changes with whatever makes another process of it. */
function keyOf({ options, from }: ProcessSource): string {
  if ("command" in from) return JSON.stringify([options, from.command]);
  const { sha512, directory, granted, manifest, linked } = from;
  return JSON.stringify([
    options,
    sha512,
    directory,
    granted,
    linked ? manifest : manifest.version,
  ]);
}
