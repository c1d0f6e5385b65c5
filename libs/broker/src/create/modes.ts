import { COMMON_NETWORKS } from "../labels/ownership.ts";
import { type Rule, isZero, need, refusedField, textOf } from "./rules.ts";

/** A namespace: its own, the host's with that reach, or that of one of the owner's containers. */
export function namespace(own: readonly string[]): Rule {
  return (value, place) => {
    if (isZero(value)) return;
    const text = textOf(value, place);
    if (own.includes(text)) return;
    const [mode, ref] = split(text);
    if (mode === "host" && ref === undefined) {
      need("host-namespaces", `${place.name} = "host"`, place);
    } else if (mode === "container" && ref !== undefined) {
      const replace = (id: string): void => place.replace(`container:${id}`);
      place.findings.references.push({ kind: "container", ref, replace });
    } else throw refusedField(place, value);
  };
}

/** A network: one that all may use, the host's with that reach, a container's, or one of the owner's. */
export const network: Rule = (value, place) => {
  if (isZero(value)) return;
  const text = textOf(value, place);
  if (COMMON_NETWORKS.has(text)) return;
  if (text === "host" || text.includes(":")) return namespace([])(value, place);
  // By its name, which the networks of the container are sorted by.
  place.findings.references.push({ kind: "network", ref: text, replace: () => undefined });
};

/** `CONTAINER[:ro|rw]` of the owner's. */
export const volumesFrom: Rule = (value, place) => {
  const [ref = "", mode] = textOf(value, place).split(":");
  if (mode !== undefined && mode !== "ro" && mode !== "rw") throw refusedField(place, value);
  const replace = (id: string): void => place.replace(mode === undefined ? id : `${id}:${mode}`);
  place.findings.references.push({ kind: "container", ref, replace });
};

/** `CONTAINER[:ALIAS]` of the owner's. */
export const link: Rule = (value, place) => {
  const [ref = "", alias, ...more] = textOf(value, place).split(":");
  if (more.length > 0) throw refusedField(place, value);
  const replace = (id: string): void => place.replace(`${id}:${alias ?? ref}`);
  place.findings.references.push({ kind: "container", ref, replace });
};

function split(text: string): readonly [string, string | undefined] {
  const at = text.indexOf(":");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
