import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "../enter/recipe.ts";
import { standIns } from "./addresses.ts";
import { readNetworkGrant } from "./destinations.ts";
import { Forwarder } from "./forwarder.ts";
import { openProxy } from "./proxy.ts";

/** Where the sockets are, for the driver, behind which the granted destinations are. */
const SOCKETS = "/run/gantry/net";
/** Where the driver's loopback has the proxy for grants with a `*`. */
const PROXY = { address: "7f000001", port: 3128 };

/** What a driver's network is made of. Disposing of it ends every connection. */
export interface DriverNetwork extends AsyncDisposable {
  /** Whether it has a network of its own, cut off from the machine's. */
  readonly own: boolean;
  /** Lines of its hosts file. */
  readonly hosts: readonly string[];
  /** Before it enters its root. */
  readonly view: readonly Step[];
  /** After it has entered, while it may still set up its network. */
  readonly listeners: readonly Step[];
  readonly env: Readonly<Record<string, string>>;
}

/** Opens what lets a driver reach the destinations that it was granted, and nothing else. `directory` is for sockets. */
export async function openNetwork(
  granted: readonly string[],
  directory: string,
): Promise<DriverNetwork> {
  const grant = readNetworkGrant(granted);
  const none = { hosts: [], view: [], env: {}, async [Symbol.asyncDispose]() {} };
  if (grant.everything) return { ...none, own: false, listeners: [] };
  if (granted.length === 0) return { ...none, own: true, listeners: [["loopback"]] };
  await using stack = new AsyncDisposableStack();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { addresses, hosts } = standIns(grant.exact);
  for (const [index, destination] of addresses.entries()) {
    stack.use(await Forwarder.to(destination, join(directory, String(index))));
  }
  const proxied = grant.patterns.length > 0;
  if (proxied) stack.use(await openProxy(grant, join(directory, "proxy")));
  const foreign = new Set(addresses.filter((each) => each.foreign).map((each) => each.address));
  const held = stack.move();
  return {
    own: true,
    hosts,
    view: [["bind", "ro", directory, SOCKETS]],
    listeners: [
      ["loopback"],
      ...[...foreign].map((address): Step => ["address", address]),
      ...addresses.map(
        ({ address, port }, index): Step => ["listen", address, port, `${SOCKETS}/${index}`],
      ),
      ...(proxied
        ? [["listen", PROXY.address, PROXY.port, `${SOCKETS}/proxy`] satisfies Step]
        : []),
    ],
    env: proxied ? proxyEnvironment() : {},
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function proxyEnvironment(): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${PROXY.port}`;
  const names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  const own = { NO_PROXY: "localhost,127.0.0.0/8", no_proxy: "localhost,127.0.0.0/8" };
  return {
    ...Object.fromEntries(names.map((name) => [name, url])),
    ...own,
    NODE_USE_ENV_PROXY: "1",
  };
}
