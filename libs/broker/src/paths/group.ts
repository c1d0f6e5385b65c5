import type { Prepare } from "../calls/call.ts";
import type { Method, Route } from "./route.ts";

type Group = Route["call"];
type Line = `${Method} /${string}`;
/** Parameters, and a protocol that the connection may change to. */
type More = readonly string[] | Pick<Route, "query" | "upgrade">;

const METHODS: readonly Method[] = ["DELETE", "GET", "HEAD", "POST", "PUT"];

/** Writes routes of one group as lines: `run("GET /containers/json", prepare, ["all"])`. */
export function group(call: Group): (line: Line, prepare: Prepare, more?: More) => Route {
  return (line, prepare, more = []) => {
    const method = METHODS.find((word) => line.startsWith(`${word} `)) ?? "GET";
    const options = "query" in more ? more : { query: more };
    return { method, path: line.slice(method.length + 1), call, prepare, ...options };
  };
}
