import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { DRIVER_METHODS, DRIVER_PROTOCOL, secretNamed, secretRead } from "@gantry/driver-api";
import { ERRORS, METHODS, PROTOCOL_VERSION, toOpenRpc } from "@gantry/protocol";
import type { Method } from "@gantry/rpc";
import { ATTACKS } from "../../apps/daemon/test/hostile/attacks.ts";
import { errorsPage } from "./errors-page.ts";
import { hostileDriversPage } from "./hostile-drivers-page.ts";
import { methodsPage } from "./methods-page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const daemonMethods: readonly Method[] = Object.values(METHODS);
const driverMethods: readonly Method[] = [...DRIVER_METHODS, secretRead, secretNamed];

/** Every generated document, by its path. */
const documents: Readonly<Record<string, string>> = {
  "docs/protocol/daemon.md": methodsPage({
    title: `The daemon's protocol, version ${PROTOCOL_VERSION}`,
    intro:
      "What `gantryd` serves: JSON-RPC 2.0 as WebSocket text frames on its Unix socket. `rpc.discover` gives the same as an OpenRPC document.",
    methods: daemonMethods,
  }),
  "docs/protocol/daemon.openrpc.json": json(
    toOpenRpc(daemonMethods, { title: "gantryd", version: String(PROTOCOL_VERSION) }),
  ),
  "docs/protocol/driver.md": methodsPage({
    title: `The driver protocol, version ${DRIVER_PROTOCOL}`,
    intro:
      "What a driver serves: JSON-RPC 2.0, one JSON text a line, on its stdin and stdout; stderr is for logs. The host serves `secret.read` and `secret.named`. A message is at most 8 MiB, complete within 30 s of its first byte, and nested at most 100 deep; `driver.describe` is also asked as a sign of life while other calls are under way, and a cancelled call is answered within 10 s. What else the host holds a driver to: [supervision](../supervision.md).",
    methods: driverMethods,
  }),
  "docs/protocol/driver.openrpc.json": json(
    toOpenRpc(driverMethods, { title: "Gantry driver", version: String(DRIVER_PROTOCOL) }),
  ),
  "docs/errors.md": errorsPage(ERRORS),
  "docs/hostile-drivers.md": hostileDriversPage(ATTACKS),
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(`${root}/${path}`, "utf8");
  } catch {
    return undefined;
  }
}

const stale = Object.entries(documents).filter(([path, text]) => current(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale)
    process.stderr.write(`${path} is not what the code says. Run \`npm run docs\`.\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(`${root}/${path}`), { recursive: true });
    writeFileSync(`${root}/${path}`, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
