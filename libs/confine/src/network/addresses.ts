import { isIPv4, isIPv6 } from "node:net";
import type { Destination } from "./destinations.ts";

/** An address of the driver's own loopback that stands for a destination. */
export interface StandIn extends Destination {
  /** Address bytes, as hexadecimal digits. */
  readonly address: string;
  /** Whether loopback does not have this address by itself. */
  readonly foreign: boolean;
}

/**
 * Gives each destination an address: a name gets one of 127.0.0.0/8 for all its ports, which the driver's hosts file then tells; an
 * address is its own, and loopback takes it. So a driver connects to the names and addresses that it knows, without any proxy.
 */
export function standIns(destinations: readonly Destination[]): {
  readonly addresses: readonly StandIn[];
  readonly hosts: readonly string[];
} {
  const names = new Map<string, string>();
  const addresses = destinations.map((destination): StandIn => {
    const { host } = destination;
    if (isIPv4(host)) {
      return { ...destination, address: hex4(host), foreign: !host.startsWith("127.") };
    }
    if (isIPv6(host)) return { ...destination, address: hex6(host), foreign: hex6(host) !== ONE };
    const own = names.get(host) ?? addressOf(host, names.size);
    names.set(host, own);
    return { ...destination, address: hex4(own), foreign: false };
  });
  const hosts = [...names].filter(([host]) => host !== "localhost");
  return { addresses, hosts: hosts.map(([host, address]) => `${address} ${host}`) };
}

const ONE = `${"0".repeat(31)}1`;

function addressOf(host: string, count: number): string {
  return host === "localhost" ? "127.0.0.1" : `127.1.${count >> 8}.${(count & 255) + 1}`;
}

function hex4(address: string): string {
  return Buffer.from(address.split(".").map(Number)).toString("hex");
}

function hex6(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0000");
  return [...before, ...zeros, ...after].join("");
}

function groups(part: string): readonly string[] {
  return part
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) =>
      group.includes(".") ? (hex4(group).match(/.{4}/g) ?? []) : [group.padStart(4, "0")],
    );
}
