import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Around } from "../calls/call.ts";

/**
 * Sends a body so that its end is known: `before` is awaited ahead of the last bytes. Of a client that goes away the engine
 * gets what there was, ended in good order, for only then does it say what it made of it.
 */
export async function sendAround(
  from: IncomingMessage,
  to: ClientRequest,
  { before }: Around,
): Promise<void> {
  try {
    let held: Buffer | undefined;
    for await (const chunk of from) {
      if (held !== undefined) await write(to, held);
      held = Buffer.from(chunk);
    }
    await before();
    if (held !== undefined) await write(to, held);
  } finally {
    to.end();
  }
}

async function write(to: ClientRequest, bytes: Buffer): Promise<void> {
  if (to.destroyed) throw new Error("The engine takes no more.");
  if (!to.write(bytes)) await Promise.race([once(to, "drain"), once(to, "close")]);
}
