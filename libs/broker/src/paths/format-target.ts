import type { Forward } from "../calls/call.ts";

/** The target that the engine gets. A path's parts were found to be names, so nothing in them needs encoding. */
export function formatTarget({
  version,
  path,
  query,
}: Pick<Forward, "path" | "query"> & { readonly version: string }): string {
  const text = query.toString();
  return `${version}${path}${text === "" ? "" : `?${text}`}`;
}
