import type { ConnectedDriver, Driver } from "@gantry/driver-api";
import type { DriverManifest } from "@gantry/driver-package";
import { Fault } from "../fault.ts";

/** Holds a driver to its manifest: what the operator agreed to is what runs. Throws `protocol`. */
export function checkIdentity(
  endpoint: string,
  manifest: DriverManifest,
  { name, version, protocols }: ConnectedDriver["description"],
): void {
  const lies = [
    lie("its name", manifest.name, name),
    lie("its version", manifest.version, version),
    ...protocols
      .filter((protocol) => !manifest.protocols.includes(protocol))
      .map((protocol) => `it speaks protocol ${protocol}, which its manifest does not say`),
  ].filter((found) => found !== undefined);
  const [first] = lies;
  if (first === undefined) return;
  throw new Fault("protocol", `Driver ${endpoint} is not what its manifest says: ${first}.`, {
    hint: `Remove it with \`gantry drivers remove ${endpoint}\`, and tell ${manifest.publisher}.`,
    details: lies.length > 1 ? lies : [],
  });
}

function lie(what: string, said: string, found: string): string | undefined {
  return said === found ? undefined : `${what} is ${found} and not ${said}`;
}

/** What it offers must have been said before it was installed. Throws `protocol`. */
export function checkFacets(
  endpoint: string,
  { facets, publisher }: DriverManifest,
  driver: Driver,
): void {
  const extra = (["build", "run", "images"] as const).find(
    (facet) => driver[facet] !== undefined && !facets.includes(facet),
  );
  if (extra === undefined) return;
  throw new Fault(
    "protocol",
    `Driver ${endpoint} is not what its manifest says: it offers ${extra}, which it does not name.`,
    { hint: `Remove it with \`gantry drivers remove ${endpoint}\`, and tell ${publisher}.` },
  );
}
