import type { IncomingMessage } from "node:http";
import { lacks, refused } from "../denied.ts";
import { Ownership } from "../labels/ownership.ts";
import { findRoute, type Match } from "../paths/route.ts";
import { ROUTES } from "../paths/routes.ts";
import { PODMAN_ROUTES } from "../podman/routes.ts";
import { readTarget } from "../paths/target.ts";
import type { Room } from "../room.ts";
import type { Forward } from "./call.ts";
import { refuseOtherEngine } from "./known-engine.ts";

/** Parameters that a client may give more than once. */
const LISTS: ReadonlySet<string> = new Set([
  "cachefrom",
  "cacheto",
  "changes",
  "condition",
  "extrahosts",
  "names",
  "t",
]);

const TABLES = { docker: ROUTES, podman: PODMAN_ROUTES };

/** What is known of a call before, and whether or not, it is allowed. */
export interface Judged {
  /** For the audit log. */
  readonly path: string;
  /** The route, unless there is none. */
  readonly upgrade: "tcp" | "h2c" | undefined;
  /** Decides. Throws `Denied`. */
  readonly decide: (signal: AbortSignal) => Promise<Forward & { readonly version: string }>;
}

/** Reads a request as far as its first line goes. */
export function judge(room: Room, request: IncomingMessage): Judged {
  const { method = "", url = "" } = request;
  let path = "(unreadable)";
  try {
    const { version, segments, query } = readTarget(url);
    const match = findRoute(TABLES[room.power.api ?? "docker"], method, segments);
    path = match?.route.path ?? unknownPath(segments);
    if (match === undefined) throw refused(`${shown(method)} ${path}`);
    const decide = async (signal: AbortSignal) => {
      checkGrant(room, match);
      checkQuery(query, match);
      const { route, names } = match;
      if (route.call !== "any") await refuseOtherEngine(room, signal);
      const own = new Ownership(room, signal);
      const call = { room, own, version, template: route.path, names, query, request, signal };
      return { ...(await route.prepare(call)), version };
    };
    return { path, upgrade: match.route.upgrade, decide };
  } catch (error) {
    return { path, upgrade: undefined, decide: () => Promise.reject(error) };
  }
}

function checkGrant({ power }: Room, { route }: Match): void {
  if (route.call !== "any" && !power.calls.includes(route.call))
    throw lacks(`calls: ${route.call}`, `${route.method} ${route.path}`);
}

function checkQuery(query: URLSearchParams, { route }: Match): void {
  for (const key of new Set(query.keys())) {
    if (!route.query.includes(key))
      throw refused(`Parameter ${key.slice(0, 100)} of ${route.path}`);
    if (!LISTS.has(key) && query.getAll(key).length > 1)
      throw refused(`Parameter ${key} of ${route.path}, given twice,`);
  }
}

/** Enough to see what was tried, and no name of anything. */
function unknownPath([first = ""]: readonly string[]): string {
  return /^[a-z_]{1,30}$/.test(first) ? `/${first}/...` : "(unknown)";
}

function shown(method: string): string {
  return /^[A-Z]{1,20}$/.test(method) ? method : "This";
}
