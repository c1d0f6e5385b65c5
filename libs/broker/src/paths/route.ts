import type { EngineCall } from "@gantry/driver-package";
import type { Prepare } from "../calls/call.ts";

export type Method = "DELETE" | "GET" | "HEAD" | "POST" | "PUT";

/** A kind of call that a broker knows. Whatever is no route is refused. */
export interface Route {
  readonly method: Method;
  /** Names in braces stand for one segment, `{image}` for one or more. */
  readonly path: string;
  /** The group it belongs to; `any` comes with every grant. */
  readonly call: EngineCall | "any";
  /** Parameters that may be given. */
  readonly query: readonly string[];
  /** Protocol that the connection may change to. */
  readonly upgrade?: "tcp" | "h2c";
  readonly prepare: Prepare;
}

export interface Match {
  readonly route: Route;
  /** What stands where the braces are, by their words. */
  readonly names: Readonly<Record<string, string>>;
}

/** The route of a request; `undefined` when there is none. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
): Match | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const names = matchPath(route.path.slice(1).split("/"), segments);
    if (names !== undefined) return { route, names };
  }
  return undefined;
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const wide = pattern.indexOf("{image}");
  const extra = segments.length - pattern.length;
  if (extra < 0 || (wide < 0 && extra > 0)) return undefined;
  const names: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const isBehind = wide >= 0 && index > wide;
    const from = isBehind ? index + extra : index;
    const text = segments.slice(from, from + (index === wide ? extra : 0) + 1).join("/");
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== text) return undefined;
    if (name !== undefined) names[name] = text;
  }
  return names;
}
