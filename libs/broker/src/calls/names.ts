import type { Call } from "./call.ts";

/** The route's path with names in it; those that are not given are the client's. */
export function fill(
  call: Pick<Call, "template" | "names">,
  names: Readonly<Record<string, string>>,
): string {
  return call.template.replaceAll(
    /\{(\w+)\}/g,
    (_, word: string) => names[word] ?? call.names[word] ?? "",
  );
}

/** `NAME:TAG` or `NAME@DIGEST` from two parameters; `undefined` when there is no name. */
export function imageName(
  query: URLSearchParams,
  nameKey: string,
  tagKey: string,
): string | undefined {
  const name = query.get(nameKey) ?? "";
  const tag = query.get(tagKey) ?? "";
  if (name === "") return undefined;
  if (tag === "") return name;
  return tag.includes(":") ? `${name}@${tag}` : `${name}:${tag}`;
}
