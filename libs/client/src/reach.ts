import type { Transport } from "@gantry/rpc";
import { connectUnixSocket } from "./unix-web-socket.ts";

/** Connects to the daemon's socket; `undefined` when nobody listens there. */
export async function tryConnect(
  socket: string,
  signal?: AbortSignal,
): Promise<Transport | undefined> {
  try {
    return await connectUnixSocket(socket, signal);
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
}

function isAway(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE";
}
