import { open, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { z } from "zod";
import { lacks } from "../denied.ts";
import { type Call, hasReach, type Prepare } from "./call.ts";
import { fill } from "./names.ts";

/** The file that a log may be written to, without a reach when it is one of the owner's logs, which is then made. */
export async function admitLog(call: Call, path: string): Promise<void> {
  if (isOwn(call, path)) {
    // Whoever writes it, it is there to be read by the owner, who may be another user of the machine.
    await using _file = await open(path, "a", 0o644);
  } else if (!hasReach(call, "host-mounts")) {
    throw lacks("reach: host-mounts", `A log at ${JSON.stringify(path.slice(0, 80))}`);
  }
}

function isOwn({ room }: Call, path: string): boolean {
  return dirname(path) === room.logsDir && /^[A-Za-z0-9]{1,64}\.log$/.test(basename(path));
}

const Logged = z.object({ HostConfig: z.object({ LogConfig: z.object({ Path: z.string() }) }) });

/** `DELETE /libpod/containers/{container}`, and its log when that is one of the owner's logs. */
export const removeContainer: Prepare = async (call) => {
  const { own, room, signal } = call;
  const id = await own.container(call.names["container"] ?? "");
  const path = fill(call, { container: id });
  const about = { schema: Logged, signal };
  const found = await room.engine.ask(`${call.version}${path}/json`, about);
  const log = found?.HostConfig.LogConfig.Path ?? "";
  const done = async (): Promise<void> => {
    if (isOwn(call, log)) await rm(log, { force: true });
  };
  const reply = { kind: "watched", heard: () => undefined, done } as const;
  return { path, query: call.query, body: "none", reply };
};
