import { readFileSync } from "node:fs";
import { Engine, Refused } from "./engine.ts";
import { importImage, inspectImage } from "./images.ts";
import { Runs } from "./runs.ts";
import { FEATURES, type RunSpec } from "./spec.ts";
import { DriverError, InvalidParams, isRecord, type Method, type Params, serve } from "./wire.ts";

/** The one place for the driver's name, version and options. */
const manifest = JSON.parse(readFileSync(new URL("gantry-driver.json", import.meta.url), "utf8"));
const { name, version, optionsSchema } = manifest;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64" };

interface Started {
  readonly engine: Engine;
  readonly runs: Runs;
}

let started: Started | undefined;

function ready(): Started {
  if (started !== undefined) return started;
  const hint = "Call driver.initialize first.";
  throw new DriverError("protocol", "The driver is not initialized.", { hint });
}

function initialize(params: Params): object {
  const { options, protocol } = params;
  if (typeof protocol !== "number") throw new InvalidParams("protocol must be a number.");
  if (!isRecord(options)) throw new InvalidParams("options must be an object.");
  text(params, "stateDir");
  text(params, "contentDir");
  if (protocol !== 1) {
    const hint = "Update the older of the two.";
    throw new DriverError("protocol", "The host speaks another protocol.", { hint });
  }
  const engine = new Engine(socketOf(options));
  started = { engine, runs: new Runs(engine, name) };
  const platforms = [`linux/${ARCHITECTURES[process.arch] ?? process.arch}`];
  return { facets: { run: { platforms, features: FEATURES }, images: ["importFrom"] } };
}

function socketOf({ socket, ...others }: Params): string {
  const [unknown] = Object.keys(others);
  if (unknown === undefined && typeof socket === "string") return socket;
  if (unknown !== undefined || socket !== undefined) {
    const hint = "See optionsSchema in gantry-driver.json.";
    throw new DriverError("invalid-options", `Option ${unknown ?? "socket"} is wrong.`, { hint });
  }
  const host = process.env["DOCKER_HOST"] ?? "";
  return host.startsWith("unix://") ? host.slice("unix://".length) : "/var/run/docker.sock";
}

async function probe(): Promise<object> {
  const { engine } = ready();
  try {
    const signal = AbortSignal.timeout(4_000);
    const about = await engine.json<{ Version: string }>("GET /version", { signal });
    return { state: "ready", engine: `Docker Engine ${about.Version}`, problems: [] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const fix = error instanceof DriverError ? error.data.hint : "Look at the engine's own log.";
    return { state: "unavailable", problems: [{ text, fix }] };
  }
}

/** A string among the params. */
function text(params: Params, field: string): string {
  const value = params[field];
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidParams(`${field} must be a string.`);
}

/** The shape that the protocol gives these params; the host has checked them. */
const specOf = (params: Params) => params as unknown as RunSpec;
const refOf = (params: Params) => params["ref"] as RunSpec["image"];
const keepOf = (params: Params) => params["keep"] as readonly string[];

const METHODS: Readonly<Record<string, Method>> = {
  "driver.describe": () => ({ protocols: [1], name, version, optionsSchema }),
  "driver.initialize": initialize,
  "driver.probe": probe,
  "driver.shutdown": () => ({}),
  "image.inspect": async (params) => ({ image: await inspectImage(ready().engine, refOf(params)) }),
  "image.import": async (params) => ({
    image: await importImage(ready().engine, text(params, "layoutDir"), text(params, "digest")),
  }),
  "run.handles": (params) => ({ handles: ["docker", "oci"].includes(text(params, "imageType")) }),
  "run.start": (params, call) => ready().runs.start(specOf(params), call),
  "run.recover": async (params) => ({
    found: (await ready().runs.find(text(params, "id"))) !== undefined,
  }),
  "run.events": (params, call) => ready().runs.events(text(params, "id"), params["cursor"], call),
  "run.outcome": (params, call) => ready().runs.outcome(text(params, "id"), call),
  "run.outputs": (params, call) => ready().runs.outputs(text(params, "id"), call),
  "run.stop": (params, call) =>
    ready().runs.stop(text(params, "id"), Number(params["graceMs"]), call),
  "run.remove": (params) => ready().runs.remove(text(params, "id")),
  "run.sweep": (params) => ready().runs.sweep(text(params, "owner"), keepOf(params)),
};

/** The one place where what an engine says becomes an error of the protocol's. */
function translated(method: Method): Method {
  return async (params, call) => {
    try {
      return await method(params, call);
    } catch (error) {
      if (error instanceof Refused) {
        const hint = "Look at the engine's own log.";
        throw new DriverError("internal", `The engine refused: ${error.message}`, { hint });
      }
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ECONNRESET")
        throw error;
      const hint = "Start the engine again.";
      throw new DriverError("engine-lost", "The engine went away.", { hint });
    }
  };
}

await serve(
  Object.fromEntries(Object.entries(METHODS).map(([key, method]) => [key, translated(method)])),
);
