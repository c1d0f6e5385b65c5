import { memoryPair } from "@gantry/rpc";
import type { Driver, DriverDefinition } from "../driver.ts";
import { connectDriver, type ConnectOptions } from "../wire/connect.ts";
import { launchDriver } from "../wire/launch.ts";
import { serveDriver } from "../wire/serve.ts";

/** Connects to `definition` over the wire inside this process. */
export async function connectInProcess(
  definition: DriverDefinition,
  options: ConnectOptions,
): Promise<Driver> {
  const [here, there] = memoryPair();
  const peer = serveDriver(definition, there, (error) =>
    process.stderr.write(`${describe(error)}\n`),
  );
  const driver = await connectDriver(here, options);
  return {
    ...driver,
    async [Symbol.asyncDispose]() {
      await driver[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

/** Starts the TypeScript program `mainFile` as a driver and connects to it over its stdin and stdout. */
export async function connectOverStdio(mainFile: string, options: ConnectOptions): Promise<Driver> {
  return launchDriver({
    ...options,
    command: process.execPath,
    args: ["--conditions=@gantry/source", mainFile],
    env: inherited(),
    onStderr: (text) => process.stderr.write(text),
  });
}

/** What a driver's process needs to find its engine's programs and the user's directories. */
function inherited(): Record<string, string> {
  const { PATH = "/usr/bin:/bin", HOME = "/", TMPDIR = "/tmp" } = process.env;
  return { PATH, HOME, TMPDIR };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
