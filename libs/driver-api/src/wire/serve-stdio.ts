import { LinesTransport } from "@gantry/rpc";
import type { DriverDefinition } from "../driver.ts";
import { serveDriver } from "./serve.ts";

/** The whole main program of a driver: serves `definition` on stdin and stdout until the input ends. Logs go to stderr. */
export async function serveStdio(definition: DriverDefinition): Promise<void> {
  const transport = new LinesTransport(process.stdin, process.stdout);
  const peer = serveDriver(definition, transport, (error) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  });
  await peer.closed;
}
