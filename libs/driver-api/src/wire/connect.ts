import { type Binding, bind, Peer, type Transport } from "@gantry/rpc";
import type { Probe } from "@gantry/reports";
import type { z } from "zod";
import type { Driver, DriverContext } from "../driver.ts";
import { DriverError } from "../errors.ts";
import { toWireError } from "./errors.ts";
import { Caller } from "./caller.ts";
import { cleanText, shortText } from "./clean-text.ts";
import { Conduct } from "./conduct.ts";
import { connectBuild, SecretDesk } from "./connect-build.ts";
import { connectImages } from "./connect-images.ts";
import { connectRuns } from "./connect-runs.ts";
import { checkDescription } from "./description.ts";
import {
  DRIVER_PROTOCOL,
  driverDescribe,
  driverInitialize,
  driverProbe,
  driverShutdown,
  secretNamed,
  secretRead,
} from "./methods.ts";
import { DRIVER_PATIENCE, type DriverPatience } from "./patience.ts";

/** Problems of a probe, and characters of each, that are shown. */
const PROBLEMS = { most: 50, length: 2_000 } as const;

export interface ConnectOptions {
  readonly options: Readonly<Record<string, unknown>>;
  readonly context: DriverContext;
  /** For messages, until the driver has said its own name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** How long the driver may take. Default `DRIVER_PATIENCE`. */
  readonly patience?: DriverPatience;
  /** Gives a secret of the operator's that the driver was granted; throws `DriverError` for any other. Default: there are none. */
  readonly namedSecret?: (name: string, signal: AbortSignal) => Promise<Uint8Array>;
  /** Hears of each call that the driver does not answer in time, or goes on with after a cancel. */
  readonly onStuck?: (what: string) => void;
  /** Refuses a driver by what it says of itself, before it is configured. */
  readonly check?: (description: ConnectedDriver["description"]) => void;
}

/** A driver at the other end of a connection. Nothing that it says is trusted: all of it is bounded and cleaned. */
export interface ConnectedDriver extends Driver {
  readonly description: z.output<(typeof driverDescribe)["result"]>;
  /** Settles with the reason when the connection is over. */
  readonly closed: Promise<string>;
  /** Resolves when the driver has answered something just now. */
  ping(): Promise<void>;
  /** When the driver last sent anything, in milliseconds of `performance.now()`. */
  heardAt(): number;
  /** What the driver did against the protocol, when that was what ended the connection. */
  fault(): string | undefined;
}

/** Handshakes with the driver at the other end. Throws `DriverError`: `protocol` when it speaks none that we know. */
export async function connectDriver(
  transport: Transport,
  options: ConnectOptions & { readonly conduct?: Conduct },
): Promise<ConnectedDriver> {
  const secrets = new SecretDesk();
  const conduct = options.conduct ?? new Conduct();
  const peer = new Peer(transport, {
    other: `driver ${options.name ?? "process"}`,
    bindings: serveHost(secrets, options.namedSecret ?? noSecret),
    toRpcError: toWireError,
    clean: cleanText,
    onStray: conduct.stray,
    onMessage: conduct.heard,
  });
  conduct.onEnd(() => void peer[Symbol.asyncDispose]());
  const named = (name: string): Caller =>
    new Caller(peer, {
      name,
      conduct,
      patience: options.patience ?? DRIVER_PATIENCE,
      onStuck: options.onStuck ?? (() => undefined),
    });
  try {
    const driver = await handshake(named, { options, secrets, conduct });
    conduct.isStrict = false;
    return driver;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
}

function serveHost(
  secrets: SecretDesk,
  namedSecret: NonNullable<ConnectOptions["namedSecret"]>,
): Binding[] {
  return [
    bind(secretNamed, async ({ name }, { signal }) => ({
      value: Buffer.from(await namedSecret(name, signal)).toString("base64"),
    })),
    bind(secretRead, async ({ handle }, { signal }) => ({
      value: await secrets.read(handle, signal),
    })),
  ];
}

async function noSecret(name: string): Promise<never> {
  throw new DriverError("unauthorized", `Secret ${name} was not granted.`, {
    hint: "Ask for it in gantry-driver.json: powers.secrets.",
  });
}

interface Handshake {
  readonly options: ConnectOptions;
  readonly secrets: SecretDesk;
  readonly conduct: Conduct;
}

async function handshake(
  named: (name: string) => Caller,
  { options, secrets, conduct }: Handshake,
): Promise<ConnectedDriver> {
  const first = named(options.name ?? "process");
  const description = await first.request(driverDescribe, {}, options.signal);
  checkDescription(description);
  if (!description.protocols.includes(DRIVER_PROTOCOL)) throw unknownProtocol(description);
  options.check?.(description);
  const caller = named(options.name ?? description.name);
  const { facets } = await caller.request(
    driverInitialize,
    {
      protocol: DRIVER_PROTOCOL,
      options: { ...options.options },
      stateDir: options.context.stateDir,
      contentDir: options.context.contentDir,
    },
    options.signal,
  );
  return {
    description,
    closed: caller.peer.closed.then((reason) => conduct.fault ?? reason),
    fault: () => conduct.fault,
    heardAt: () => conduct.heardAt,
    ping: async () => void (await caller.peer.request(driverDescribe, {})),
    probe: async (signal) => bounded(await caller.request(driverProbe, {}, signal)),
    ...(facets.build === undefined ? {} : { build: connectBuild(caller, facets.build, secrets) }),
    ...(facets.run === undefined ? {} : { run: connectRuns(caller, facets.run) }),
    ...(facets.images === undefined ? {} : { images: connectImages(caller, facets.images) }),
    async [Symbol.asyncDispose]() {
      await caller.request(driverShutdown, {}, AbortSignal.timeout(2_000)).catch(() => undefined);
      await caller.peer[Symbol.asyncDispose]();
    },
  };
}

function bounded({ problems, ...rest }: Probe): Probe {
  const shown = problems.slice(0, PROBLEMS.most).map(({ text, fix }) => ({
    text: shortText(text, PROBLEMS.length),
    fix: shortText(fix, PROBLEMS.length),
  }));
  return { ...rest, problems: shown };
}

function unknownProtocol({ name, protocols }: ConnectedDriver["description"]): DriverError {
  const spoken = protocols.slice(0, 20).join(", ");
  return new DriverError(
    "protocol",
    `Driver ${name} speaks driver protocol ${spoken}, Gantry ${DRIVER_PROTOCOL}.`,
    {
      hint: "Update the older of the two.",
    },
  );
}
