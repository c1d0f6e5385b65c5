import { EnginesRequiredError } from "./errors.ts";
import type { EngineName } from "./needs.ts";
import { skipVariable, VARIABLES } from "./variables.ts";

/** What a suite gets of an engine: addresses to use, or the reason to print. */
export type Available<Facts> = ({ readonly available: true } & Facts) | Unavailable;

/** An engine that is not there. */
export interface Unavailable {
  readonly available: false;
  readonly reason: string;
}

/** Each engine's addresses. Image references are in `registry`, which is plain HTTP on loopback. */
export interface EngineFacts {
  /** `host` is for `DOCKER_HOST`; `base` is a Debian, `busybox` a busybox. */
  readonly docker: {
    readonly host: string;
    readonly registry: string;
    readonly base: string;
    readonly busybox: string;
  };
  readonly registry: { readonly registry: string };
  readonly baseImages: {
    readonly registry: string;
    readonly base: string;
    readonly busybox: string;
  };
  /** `config` is the folder of its configuration files, `host` its service. */
  readonly podman: {
    readonly host: string;
    readonly config: string;
    readonly registry: string;
    readonly base: string;
    readonly busybox: string;
  };
  /** `program` is the plugin; `host` an engine that keeps images itself, `containerdHost` one that leaves them to containerd. */
  readonly buildx: {
    readonly program: string;
    readonly host: string;
    readonly containerdHost: string;
    readonly registry: string;
    readonly base: string;
    readonly busybox: string;
  };
}

type Fact = "registry" | "base" | "busybox";

/** Of each fact: its variable, and the engine whose absence explains that it is not set. */
const SOURCES: Readonly<Record<Fact, readonly [string, EngineName]>> = {
  registry: [VARIABLES.registry, "registry"],
  base: [VARIABLES.base, "baseImages"],
  busybox: [VARIABLES.busybox, "baseImages"],
};

const NOT_STARTED = "not started; run the tests under `node tools/engines/main.ts run -- COMMAND`";

class Reader {
  readonly missing: Partial<Record<EngineName, string>> = {};
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  read(variable: string, owner: EngineName): string {
    const value = this.#env[variable];
    if (value === undefined) this.missing[owner] = this.#env[skipVariable(owner)] ?? NOT_STARTED;
    return value ?? "";
  }

  fact(name: Fact): string {
    return this.read(...SOURCES[name]);
  }

  images() {
    return {
      registry: this.fact("registry"),
      base: this.fact("base"),
      busybox: this.fact("busybox"),
    };
  }
}

const FACTS: { readonly [Name in EngineName]: (reader: Reader) => EngineFacts[Name] } = {
  docker: (reader) => ({ host: reader.read(VARIABLES.docker, "docker"), ...reader.images() }),
  podman: (reader) => ({
    host: reader.read(VARIABLES.podman, "podman"),
    config: reader.read(VARIABLES.podmanConfig, "podman"),
    ...reader.images(),
  }),
  buildx: (reader) => ({
    program: reader.read(VARIABLES.buildx, "buildx"),
    containerdHost: reader.read(VARIABLES.buildxHost, "buildx"),
    host: reader.read(VARIABLES.docker, "docker"),
    ...reader.images(),
  }),
  registry: (reader) => ({ registry: reader.fact("registry") }),
  baseImages: (reader) => reader.images(),
};

const announced = new Set<string>();

function announce(name: EngineName, reason: string): void {
  if (announced.has(name)) return;
  announced.add(name);
  process.stderr.write(`skipped: suites that need ${name}: ${reason}\n`);
}

/**
 * Tells a suite whether an engine is there, for `describe.skipIf(!engine("docker").available)`.
 * When it is not, the reason is printed once per process, or thrown with `GANTRY_REQUIRE_ENGINES=1`.
 */
export function engine<Name extends EngineName>(
  name: Name,
  env: NodeJS.ProcessEnv = process.env,
): Available<EngineFacts[Name]> {
  const reader = new Reader(env);
  const facts = FACTS[name](reader);
  const reasons = Object.entries(reader.missing).map(
    ([missing, reason]) => `${missing}: ${reason}`,
  );
  if (reasons.length === 0) return { available: true, ...facts };
  if (env["GANTRY_REQUIRE_ENGINES"] === "1") throw new EnginesRequiredError(reader.missing);
  const reason = reasons.join("; ");
  announce(name, reason);
  return { available: false, reason };
}
