import { mkdir } from "node:fs/promises";
import type { Driver, DriverDefinition } from "@gantry/driver-api";
import { nearest } from "@gantry/cnab";
import { findExecutable } from "@gantry/process";
import { Fault } from "../fault.ts";
import type { Home } from "../home.ts";
import { BUILT_IN, DEFAULT_ENDPOINTS, NAMED_ONLY } from "./built-in.ts";
import type { ReadConfig } from "./config.ts";
import { ConfigFile } from "./config-file.ts";
import { ConfigEditor } from "./edit-config.ts";
import type { Endpoint, Environment } from "./endpoint.ts";
import { locatorOf, pointed } from "./locate-option.ts";
import { checkOptions, withoutPatterns, type WrittenOptions } from "./options.ts";
import type { Supervisor } from "../supervision/supervisor.ts";
import type { InstalledDriver, InstalledDrivers } from "./installed-driver.ts";
import {
  commandSource,
  ProcessEndpoints,
  type ProcessOptions,
  type ProcessSource,
} from "./process-endpoints.ts";
import { optionsFromVariables } from "./variables.ts";
import { within } from "./within.ts";

/** Milliseconds for a driver to shut down. */
const CLOSE_MS = 5_000;

export interface RegistryOptions extends ProcessOptions {
  readonly installed: InstalledDrivers;
  /** Names of drivers that come along as packages and can be installed. */
  readonly shipped: () => Promise<readonly string[]>;
}

/** What stands behind an endpoint whose driver has a process of its own. */
export interface EndpointProcess {
  readonly supervisor: Supervisor;
  readonly source: ProcessSource;
}

type Wanted = Pick<Endpoint, "name" | "driver" | "options" | "origin"> &
  Pick<WrittenOptions, "locate">;

/** Makes endpoints out of configuration, environment and PATH, and keeps them as long as the daemon lives. */
export class EndpointRegistry implements AsyncDisposable {
  /** Changes the configuration that this reads. */
  readonly editor: ConfigEditor;
  readonly #home: Home;
  readonly #made = new Map<string, Promise<Endpoint>>();
  readonly #installed: InstalledDrivers;
  readonly #processes: ProcessEndpoints;
  readonly #config: ConfigFile;
  readonly #shipped: RegistryOptions["shipped"];

  constructor(home: Home, { installed, shipped, ...options }: RegistryOptions) {
    this.#home = home;
    this.#config = new ConfigFile(home.config);
    this.editor = new ConfigEditor(home.config, (driver) => this.#schemaOf(driver));
    this.#installed = installed;
    this.#shipped = shipped;
    this.#processes = new ProcessEndpoints(home, options);
  }

  /** Names of the endpoints that may be picked without being named, best first. Of packages those whose manifest has the facet. */
  async candidates(facet?: "build" | "run"): Promise<readonly string[]> {
    const { prefer, endpoints } = (await this.#config.read()).config;
    const configured = endpoints.map(({ name }) => name);
    const packages = (await this.#installed.list()).map(({ manifest }) => manifest);
    const able = packages.filter(({ facets }) => facet === undefined || facets.includes(facet));
    const installed = able.map(({ name }) => name);
    return [...new Set([...prefer, ...DEFAULT_ENDPOINTS, ...configured, ...installed])];
  }

  /** What an endpoint, or one of a built-in driver, may set. Starts a driver only where nothing else knows. */
  async describe(
    name: string,
    environment: Environment,
  ): Promise<Pick<Endpoint, "driver" | "version" | "optionsSchema">> {
    const { config } = await this.#config.read();
    const found = config.endpoints.find((endpoint) => endpoint.name === name);
    const driver = found?.driver ?? name;
    const definition = found?.command === undefined ? await builtIn(driver) : undefined;
    const manifest = definition ?? (await this.#installed.find(driver))?.manifest;
    if (manifest === undefined || found?.command !== undefined) return this.get(name, environment);
    const { version, optionsSchema } = manifest;
    return { driver, version, optionsSchema };
  }

  /** Whether another endpoint may do what the chosen one cannot for want of its engine. */
  async failOver(): Promise<boolean> {
    return (await this.#config.read()).config.failOver;
  }

  /** Every endpoint that has a name of its own. */
  async names(): Promise<readonly string[]> {
    return [...(await this.candidates()), ...NAMED_ONLY];
  }

  /** The endpoint of that name. Throws `driver-unknown`, `invalid-options`, or what its driver says. */
  async get(name: string, environment: Environment): Promise<Endpoint> {
    const read = await this.#config.read();
    try {
      return await this.#find(name, environment, read);
    } catch (error) {
      throw pointed(error, read, name);
    }
  }

  async #find(name: string, environment: Environment, read: ReadConfig): Promise<Endpoint> {
    const found = read.config.endpoints.find((endpoint) => endpoint.name === name);
    const driver = found?.driver ?? name;
    const definition = found?.command === undefined ? await builtIn(driver) : undefined;
    if (definition === undefined) {
      const source = await this.#source(name, environment, read);
      if (source !== undefined) return this.#processes.get(source);
      return this.#fromPath(name, environment, read);
    }
    const options = {
      ...(await definition.optionsFromEnvironment?.(environment)),
      ...found?.options,
      ...optionsFromVariables(name, definition.optionsSchema, environment),
    };
    const origin = found === undefined ? "built-in" : "configured";
    return this.withOptions({ name, driver, options, origin, ...locatorOf(read, name) });
  }

  /** The endpoint with exactly these options: the one that an earlier daemon used. */
  async withOptions({ locate, ...wanted }: Wanted): Promise<Endpoint> {
    const definition = await builtIn(wanted.driver);
    if (definition === undefined) throw unknownEndpoint(wanted.name, Object.keys(BUILT_IN));
    checkOptions(
      { ...wanted, ...(locate === undefined ? {} : { locate }) },
      definition.optionsSchema,
    );
    return this.#remember(`${wanted.name} ${JSON.stringify(wanted.options)}`, () =>
      this.#make(wanted, definition),
    );
  }

  /** The supervisor of an endpoint whose driver has a process of its own, and where that comes from. Starts nothing. */
  async process(name: string, environment: Environment): Promise<EndpointProcess | undefined> {
    const source = await this.#source(name, environment, await this.#config.read());
    if (source === undefined) return undefined;
    return { source, supervisor: await this.#processes.supervisor(source) };
  }

  /** The driver package that an endpoint would be, also one that may not be started. */
  async packageOf(name: string): Promise<InstalledDriver | undefined> {
    const { endpoints } = (await this.#config.read()).config;
    if (endpoints.some((endpoint) => endpoint.name === name)) return undefined;
    if ((await builtIn(name)) !== undefined) return undefined;
    return (await this.#installed.list()).find(({ manifest }) => manifest.name === name);
  }

  /** What a driver package does right now, as clauses; runs aside, which operations tell of. */
  workOf(driver: string): readonly string[] {
    return this.#processes.workOf(driver);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#processes[Symbol.asyncDispose]();
    const made = await Promise.allSettled(this.#made.values());
    this.#made.clear();
    for (const one of made) {
      if (one.status === "fulfilled") await close(one.value);
    }
  }

  /** What is known of a driver's options without starting it. */
  async #schemaOf(driver: string): Promise<DriverDefinition["optionsSchema"] | undefined> {
    const definition = await builtIn(driver);
    if (definition !== undefined) return definition.optionsSchema;
    const found = await this.#installed.find(driver);
    return found === undefined ? undefined : withoutPatterns(found.manifest.optionsSchema);
  }

  #remember(key: string, make: () => Promise<Endpoint>): Promise<Endpoint> {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #make(
    wanted: Pick<Endpoint, "name" | "driver" | "options" | "origin">,
    definition: DriverDefinition,
  ): Promise<Endpoint> {
    const instance: Driver = definition.create(wanted.options, await this.#context(wanted.name));
    return {
      ...wanted,
      version: definition.version,
      optionsSchema: definition.optionsSchema,
      instance,
    };
  }

  async #source(
    name: string,
    environment: Environment,
    read: ReadConfig,
  ): Promise<ProcessSource | undefined> {
    const found = read.config.endpoints.find((endpoint) => endpoint.name === name);
    if (found?.command !== undefined) return commandSource(found);
    const driver = found?.driver ?? name;
    if (Object.hasOwn(BUILT_IN, driver)) return undefined;
    const from = await this.#installed.find(driver);
    if (from === undefined) return undefined;
    const variables = optionsFromVariables(name, from.manifest.optionsSchema, environment);
    const options = { ...found?.options, ...variables };
    return { name, options, from, ...locatorOf(read, name) };
  }

  async #fromPath(
    name: string,
    environment: Environment,
    { config }: ReadConfig,
  ): Promise<Endpoint> {
    const path = environment["PATH"];
    const executable = await findExecutable(`cnab-${name.toLowerCase()}`, path);
    const known = [...(await this.names()), ...config.endpoints.map((endpoint) => endpoint.name)];
    if (executable === undefined) throw unknownEndpoint(name, known, await this.#shipped());
    return this.withOptions({
      name,
      driver: "command",
      options: { executable, path: path ?? "" },
      origin: "path",
    });
  }

  async #context(name: string): Promise<{ stateDir: string; contentDir: string }> {
    const stateDir = this.#home.endpoint(name);
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    return { stateDir, contentDir: this.#home.content };
  }
}

/** Lets go of an endpoint; a driver that hangs is left behind. */
async function close({ name, instance }: Endpoint): Promise<void> {
  const closing = Promise.resolve(instance[Symbol.asyncDispose]());
  await within(closing, { ms: CLOSE_MS, what: `Endpoint ${name}` }).catch(() => undefined);
}

/** A driver that is linked in; `undefined` for any other name, `constructor` too. */
async function builtIn(name: string): Promise<DriverDefinition | undefined> {
  return Object.hasOwn(BUILT_IN, name) ? await BUILT_IN[name]?.() : undefined;
}

export function unknownEndpoint(
  name: string,
  known: readonly string[],
  shipped: readonly string[] = [],
): Fault {
  const near = nearest(name, [...known]);
  const suggestion = near === undefined ? "" : ` Did you mean ${near}?`;
  const hint = shipped.includes(name)
    ? `It comes with Gantry: \`gantry drivers install ${name}\`, then the same again.`
    : `See \`gantry drivers list\`.${suggestion}`;
  return new Fault(
    "driver-unknown",
    `There is no endpoint called ${name}, and no executable cnab-${name} on PATH.`,
    { hint },
  );
}
