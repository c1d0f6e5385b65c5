import type { Client } from "@gantry/client";
import { connect, type ConnectChoice } from "./connect.ts";
import type { World } from "./world.ts";

/** One question to the daemon. Ctrl-C ends the program, as there is nothing to stop. */
export async function withClient<T>(
  world: World,
  ask: (client: Client) => Promise<T>,
  choice: ConnectChoice = { mayStart: true },
): Promise<T> {
  const client = await connect(world, choice);
  try {
    return await ask(client);
  } finally {
    // Nobody waits for the farewell: the program ends next.
    void client[Symbol.asyncDispose]();
  }
}
