import { refused } from "../denied.ts";
import type { BrokerOwner } from "../request.ts";

type Labels = Readonly<Record<string, string>>;

/** Says to whom a thing in an engine belongs. */
export const BROKER_LABEL = "dev.gantry.broker";
/** Of a bundle, nothing may carry these but what the daemon says. */
const RESERVED = "dev.gantry.";

/** The labels of an owner; `home` tells apart the daemons that use one engine. */
export function ownerLabels({ kind, name }: BrokerOwner, home: string): Record<string, string> {
  return { [BROKER_LABEL]: `${kind}/${home}/${name}` };
}

/**
 * What an image gets: another key than a container's, which is emptied. A container has the labels of its image as
 * well, and must not belong to whoever made the image.
 */
export function imageLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => [
      [`${key}.image`, value],
      [key, ""],
    ]),
  );
}

export function carries(found: unknown, labels: Labels): boolean {
  if (typeof found !== "object" || found === null) return false;
  const entries = new Map(Object.entries(found));
  return Object.entries(labels).every(([key, value]) => entries.get(key) === value);
}

export function carriesAsImage(found: unknown, labels: Labels): boolean {
  const own = Object.entries(labels).map(([key, value]) => [`${key}.image`, value] as const);
  return carries(found, Object.fromEntries(own));
}

/** The labels that a client gave, with `own` put on. Throws when they would say something else of the owner. */
export function withLabels(
  given: unknown,
  own: Labels,
  { kind }: BrokerOwner,
): Record<string, unknown> {
  const labels = typeof given === "object" && given !== null && !Array.isArray(given) ? given : {};
  for (const [key, value] of Object.entries(labels)) {
    // An empty one claims nothing: so a run is given, that its image may not make it somebody's.
    if (own[key] === value || (key in own && value === "")) continue;
    if (key in own || (kind === "bundle" && key.startsWith(RESERVED)))
      throw refused(`Label ${key}`);
  }
  return { ...labels, ...own };
}
