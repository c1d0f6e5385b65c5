import { writeFile } from "node:fs/promises";
import { sandboxFailed } from "../../errors.ts";
import { formatMap, type IdMapping, type IdRange } from "./mapping.ts";
import { shellWords } from "../setup/quote.ts";
import type { HostTools } from "../tools.ts";

/**
 * Gives the new user namespace of process `pid` its ids; `undefined` when it is done. Subordinate ids are given by
 * programs with the right to: it is the shell command to run.
 */
export async function mapIds(
  tools: HostTools,
  mapping: IdMapping,
  pid: number,
): Promise<string | undefined> {
  if (mapping.kind === "subordinate") {
    const { newuidmap = "newuidmap", newgidmap = "newgidmap" } = tools;
    return `${mapWords(newuidmap, pid, mapping.uids)} && ${mapWords(newgidmap, pid, mapping.gids)}`;
  }
  try {
    if (mapping.kind === "single") await writeFile(`/proc/${pid}/setgroups`, "deny");
    await writeFile(`/proc/${pid}/uid_map`, formatMap(mapping.uids));
    await writeFile(`/proc/${pid}/gid_map`, formatMap(mapping.gids));
    return undefined;
  } catch (error) {
    throw sandboxFailed("map ids", String(error));
  }
}

function mapWords(tool: string, pid: number, ranges: readonly IdRange[]): string {
  const ids = ranges.flatMap(({ inside, outside, count }) => [inside, outside, count].map(String));
  return shellWords([tool, String(pid), ...ids]);
}
