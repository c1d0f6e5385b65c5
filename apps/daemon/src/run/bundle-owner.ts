import type { BrokerOwner } from "@gantry/broker";

/** Whose the things are that an installation makes in an engine: `NAMESPACE/INSTALLATION`, a slash in either written as `%2F`. */
export function bundleOwner(namespace: string, installation: string): BrokerOwner {
  return { kind: "bundle", name: `${part(namespace)}/${part(installation)}` };
}

function part(name: string): string {
  return name.replaceAll(/[%/]/g, encodeURIComponent);
}
