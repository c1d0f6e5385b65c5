import { type Binding, bind, Peer, type Transport } from "@gantry/rpc";
import type { Driver, DriverDefinition } from "../driver.ts";
import { DriverError } from "../errors.ts";
import { toWireError } from "./errors.ts";
import {
  DRIVER_PROTOCOL,
  driverDescribe,
  driverInitialize,
  driverProbe,
  driverShutdown,
  type ImageVerb,
  secretNamed,
} from "./methods.ts";
import { serveBuild } from "./serve-build.ts";
import { serveImages } from "./serve-images.ts";
import { serveRuns } from "./serve-runs.ts";
import { Served } from "./served.ts";
import type { z } from "zod";

const IMAGE_VERBS = ["tag", "remove", "pull", "push", "exportTo", "importFrom"] as const;

/** Puts a driver behind a connection. The peer ends with the connection, and then lets go of the driver. */
export function serveDriver(
  definition: DriverDefinition,
  transport: Transport,
  onDefect?: (error: unknown) => void,
): Peer {
  const served = new Served();
  const peer = new Peer(transport, {
    other: "the host",
    toRpcError: toWireError,
    ...(onDefect === undefined ? {} : { onDefect }),
    bindings: [
      ...serveLife(definition, served, () => peer),
      ...serveBuild(served, () => peer),
      ...serveImages(served),
      ...serveRuns(served),
    ],
  });
  void peer.closed.then(() => served.close()).catch(onDefect ?? (() => undefined));
  return peer;
}

function serveLife(definition: DriverDefinition, served: Served, host: () => Peer): Binding[] {
  const secret = async (name: string, signal: AbortSignal): Promise<Uint8Array> =>
    Buffer.from((await host().request(secretNamed, { name }, { signal })).value, "base64");
  return [
    bind(driverDescribe, async () => ({
      protocols: [DRIVER_PROTOCOL],
      name: definition.name,
      version: definition.version,
      optionsSchema: { ...definition.optionsSchema },
    })),
    bind(driverInitialize, async ({ protocol, options, stateDir, contentDir }) => {
      if (protocol !== DRIVER_PROTOCOL) throw wrongProtocol(protocol);
      const driver = definition.create(options, { stateDir, contentDir, secret });
      served.set(driver);
      return { facets: facetsOf(driver) };
    }),
    bind(driverProbe, (_params, { signal }) => served.driver.probe(signal)),
    bind(driverShutdown, async () => {
      await served.close();
      return {};
    }),
  ];
}

function facetsOf(driver: Driver): z.input<(typeof driverInitialize)["result"]>["facets"] {
  const verbs = IMAGE_VERBS.filter((verb) => driver.images?.[verb] !== undefined) satisfies z.input<
    typeof ImageVerb
  >[];
  return {
    ...(driver.build === undefined ? {} : { build: driver.build.capabilities }),
    ...(driver.run === undefined ? {} : { run: driver.run.capabilities }),
    ...(driver.images === undefined ? {} : { images: verbs }),
  };
}

function wrongProtocol(found: number): DriverError {
  return new DriverError(
    "protocol",
    `The host speaks driver protocol ${found}, this driver ${DRIVER_PROTOCOL}.`,
    {
      hint: "Update the older of the two.",
    },
  );
}
