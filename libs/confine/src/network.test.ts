import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Powers } from "@gantry/driver-package";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StartOutcome } from "./testing/started.ts";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`network of drivers: skipped: ${reason}\n`);

/** Says how each connection went, once plainly and once through the proxy that it is told of. */
const CLIENT = `
import json, os, socket, sys
from urllib.parse import urlparse

def plain(host, port):
    with socket.create_connection((host, port), timeout=10) as client:
        client.sendall(b"ping " * 40000)
        client.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := client.recv(65536):
            got += chunk
        return got.decode()

def proxied(host, port):
    proxy = urlparse(os.environ["HTTPS_PROXY"])
    with socket.create_connection((proxy.hostname, proxy.port), timeout=10) as client:
        client.sendall(f"CONNECT {host}:{port} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
        head = client.recv(4096).decode()
        if " 200 " not in head:
            return head.split("\\r\\n")[0]
        client.shutdown(socket.SHUT_WR)
        return client.recv(4096).decode()

def tell(how, host, port):
    try:
        return how(host, port)
    except OSError as error:
        return type(error).__name__

def owned(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as server:
        server.bind((host, 0))
        return "is our own"

ways = {"owned": owned, "plain": plain, "proxied": proxied}
print(json.dumps([tell(ways[way], host, port) for way, host, port in json.loads(sys.argv[1])]))
`;

async function countingServer(name: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
    socket.on("end", () => socket.end(`${name} got ${bytes}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

describe.skipIf(reason !== undefined).each(users())("the network of a driver, $title", (user) => {
  let world: World;
  let servers: readonly Server[] = [];
  let answers: readonly (readonly string[])[] = [];
  let missing: readonly string[] = [];

  beforeAll(async () => {
    world = await openWorld(user);
    servers = [await countingServer("first"), await countingServer("second")];
    const [first, second] = servers.map((server) => (server.address() as AddressInfo).port);
    const base = await requestIn(world, { files: { client: CLIENT } });
    const start = (
      network: readonly string[],
      tries: readonly (readonly unknown[])[],
      subprocesses: readonly string[] = [],
    ) => ({
      ...base,
      command: ["python3", "client", JSON.stringify(tries)],
      granted: Powers.parse({ network, subprocesses }),
    });
    const outcomes: readonly StartOutcome[] = await startAll(world, [
      start([], [["plain", "127.0.0.1", first]]),
      start(
        [`localhost:${first}`, "registry.example:443"],
        [
          ["plain", "localhost", first],
          ["plain", "localhost", second],
          ["plain", "127.0.0.1", first],
          ["plain", "127.0.0.2", first],
          ["plain", "registry.example", 443],
          ["plain", "other.example", 443],
          ["plain", "192.0.2.1", 80],
        ],
      ),
      start(
        ["127.0.0.1:*"],
        [
          ["proxied", "127.0.0.1", second],
          ["proxied", "localhost", second],
          ["plain", "127.0.0.1", second],
        ],
      ),
      start(["*"], [["plain", "127.0.0.1", second]]),
      start(
        ["192.0.2.7:443", "10.9.8.7:5000"],
        [
          ["owned", "192.0.2.7", 443],
          ["owned", "10.9.8.7", 5000],
          ["owned", "10.9.8.6", 5000],
          ["plain", "10.9.8.6", 5000],
        ],
      ),
      start([`127.0.0.1:${first}`], [["plain", "127.0.0.1", first]], ["*"]),
    ]);
    answers = outcomes.map((outcome) => ("stdout" in outcome ? JSON.parse(outcome.stdout) : []));
    const open = outcomes[3];
    missing = open !== undefined && "stdout" in open ? open.confinement.missing : [];
  }, 120_000);
  afterAll(async () => {
    for (const server of servers) server.close();
    await world[Symbol.asyncDispose]();
  });

  it("is not there without a grant", () => {
    expect(answers[0]).toEqual(["ConnectionRefusedError"]);
  });

  it("reaches the granted destinations, by the names that were granted, and no other", () => {
    const [unresolved] = answers[1]?.slice(4, 5) ?? [];
    // The name leads to the daemon, which cannot resolve it, and so the connection ends.
    expect(unresolved).toMatch(/^$|^(ConnectionResetError|BrokenPipeError|OSError)$/);
    expect(answers[1]?.toSpliced(4, 1)).toEqual([
      "first got 200000",
      "ConnectionRefusedError",
      "first got 200000",
      "ConnectionRefusedError",
      "gaierror",
      "OSError",
    ]);
  });

  it("reaches what matches a pattern through the proxy, which refuses the rest", () => {
    expect(answers[2]).toEqual([
      "second got 0",
      "HTTP/1.1 403 Not granted",
      "ConnectionRefusedError",
    ]);
  });

  it("has the addresses that were granted, so that nothing needs to be told of a proxy", () => {
    expect(answers[4]?.slice(0, 2)).toEqual(["is our own", "is our own"]);
    expect(answers[4]?.at(-1)).toMatch(/Error$/);
  });

  it("reaches what was granted with all programs as well, as whoever it then is", () => {
    expect(answers[5]).toEqual(["first got 200000"]);
  });

  it("is the machine's own when all of it was granted, and says so", () => {
    expect(answers[3]).toEqual(["second got 200000"]);
    expect(missing).toContain("the machine's own network, as granted");
  });
});
