import { network } from "./modes.ts";
import { type Rule, free, object, oneOf, record, textOf, refusedField, unset } from "./rules.ts";
import { volumeDriver, volumeOptions } from "./mounts.ts";

/** How a container is in a network. */
export const endpointConfig: Rule = object({
  Aliases: free,
  DNSNames: free,
  DriverOpts: unset,
  EndpointID: unset,
  Gateway: unset,
  GlobalIPv6Address: unset,
  GlobalIPv6PrefixLen: unset,
  GwPriority: free,
  IPAMConfig: object({ IPv4Address: free, IPv6Address: free, LinkLocalIPs: free }),
  IPAddress: unset,
  IPPrefixLen: unset,
  IPv6Gateway: unset,
  Links: unset,
  MacAddress: free,
  NetworkID: network,
});

/** Options of a bridge that stay inside it. */
const BRIDGE_OPTIONS: ReadonlySet<string> = new Set([
  "com.docker.network.bridge.enable_icc",
  "com.docker.network.bridge.enable_ip_masquerade",
  "com.docker.network.driver.mtu",
]);

const bridgeOptions: Rule = (value, place) => {
  record((item, { name }) => {
    const key = name.slice(place.name.length + 1);
    textOf(item, place);
    if (!BRIDGE_OPTIONS.has(key)) throw refusedField(place, key);
  })(value, place);
};

/** The body of `POST /networks/create`. */
export const networkBody: Rule = object({
  Attachable: free,
  CheckDuplicate: free,
  ConfigFrom: unset,
  ConfigOnly: unset,
  Driver: oneOf(["bridge"], "host-namespaces"),
  EnableIPv4: free,
  EnableIPv6: free,
  IPAM: object({
    Driver: oneOf(["default"]),
    Config: free,
    Options: unset,
  }),
  Ingress: unset,
  Internal: free,
  Labels: free,
  Name: free,
  Options: bridgeOptions,
  Scope: oneOf(["local"]),
});

const container: Rule = (value, place) => {
  const ref = textOf(value, place);
  place.findings.references.push({ kind: "container", ref, replace: place.replace });
};

/** The bodies of `POST /networks/{network}/connect` and `disconnect`. */
export const connectBody: Rule = object({ Container: container, EndpointConfig: endpointConfig });
export const disconnectBody: Rule = object({ Container: container, Force: free });

/** The body of `POST /volumes/create`. */
export const volumeBody: Rule = object({
  ClusterVolumeSpec: unset,
  Driver: volumeDriver,
  DriverOpts: volumeOptions,
  Labels: free,
  Name: free,
});
