import { isIPv4, isIPv6 } from "node:net";

/** One host and port that a driver may connect to, and nothing around it. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** What grants of the form HOST:PORT come to. */
export interface NetworkGrant {
  /** All of the machine's network. */
  readonly everything: boolean;
  readonly exact: readonly Destination[];
  /** Grants with a `*` in them, which cannot be listed: they are reached through a proxy that asks this. */
  readonly patterns: readonly string[];
  allows(destination: Destination): boolean;
}

/** Reads what a driver was granted. */
export function readNetworkGrant(network: readonly string[]): NetworkGrant {
  const everything = network.includes("*");
  const split = network.filter((entry) => entry !== "*").map(splitEntry);
  const isPattern = ({ host, port }: Entry): boolean => host.startsWith("*.") || port === "*";
  return {
    everything,
    exact: split
      .filter((entry) => !isPattern(entry))
      .map(({ host, port }) => ({ host, port: Number(port) })),
    patterns: split.filter(isPattern).map(({ host, port }) => `${host}:${port}`),
    allows: (destination) => everything || split.some((entry) => matches(entry, destination)),
  };
}

interface Entry {
  readonly host: string;
  readonly port: string;
}

function splitEntry(entry: string): Entry {
  const at = entry.lastIndexOf(":");
  const host = entry.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  return { host: host.toLowerCase(), port: entry.slice(at + 1) };
}

function matches({ host, port }: Entry, destination: Destination): boolean {
  const name = destination.host.toLowerCase().replace(/\.$/, "");
  const samePort = port === "*" || Number(port) === destination.port;
  if (!samePort) return false;
  return host.startsWith("*.") ? isBelow(host.slice(1), name) : host === name;
}

function isBelow(suffix: string, name: string): boolean {
  return name.endsWith(suffix) && name.length > suffix.length && !isIPv4(name) && !isIPv6(name);
}
