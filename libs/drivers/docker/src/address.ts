import { type TlsFiles, readCliConfig, readContext, readTlsFiles } from "./config-dir.ts";
import { invalidOptions } from "./errors.ts";
import type { DockerOptions } from "./options.ts";
import type { SshTarget } from "./ssh-bridge.ts";

/** Where the engine listens, with everything that a connection needs. */
export type Address =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "ssh"; readonly target: SshTarget }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls?: Tls };

export interface Tls extends TlsFiles {
  readonly verify: boolean;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";

/** Finds the engine as the docker CLI does: the host, else the named context, else the current one, else the usual socket. */
export async function findAddress(options: DockerOptions): Promise<Address> {
  if (options.host !== undefined) return fromHost(options.host, options);
  const name = options.context ?? (await readCliConfig(options.config)).currentContext ?? "default";
  if (name === "default") return fromHost(`unix://${DEFAULT_SOCKET}`, options);
  const context = await readContext(options.config, name);
  const hasTls = context.tls.ca !== undefined || context.tls.cert !== undefined;
  const tls =
    hasTls || context.skipTlsVerify
      ? { ...context.tls, verify: !context.skipTlsVerify }
      : undefined;
  return parseHost(context.host ?? `unix://${DEFAULT_SOCKET}`, tls);
}

/** For people: the address as the docker CLI writes it. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix://${address.path}`;
  if (address.kind === "tcp") return `tcp://${address.host}:${address.port}`;
  const { user, host, port, socket } = address.target;
  const where = [user === undefined ? "" : `${user}@`, host, port === undefined ? "" : `:${port}`];
  return `ssh://${where.join("")}${socket ?? ""}`;
}

async function fromHost(host: string, options: DockerOptions): Promise<Address> {
  const wanted = options.tls === true || options.tlsVerify === true;
  if (!wanted || !isTcp(host)) return parseHost(host, undefined);
  const dir = options.certPath ?? options.config;
  const files = dir === undefined ? {} : await readTlsFiles(dir);
  return parseHost(host, { ...files, verify: options.tlsVerify === true });
}

function isTcp(host: string): boolean {
  return !host.includes("://") || host.startsWith("tcp://");
}

function parseHost(host: string, tls: Tls | undefined): Address {
  if (host.startsWith("unix://")) return { kind: "unix", path: host.slice(7) || DEFAULT_SOCKET };
  if (host.startsWith("ssh://")) return { kind: "ssh", target: parseSsh(host) };
  const url = isTcp(host) ? URL.parse(host.includes("://") ? host : `tcp://${host}`) : null;
  if (url === null || url.hostname === "") {
    throw invalidOptions(
      `Docker host ${host} is not an address of an engine.`,
      "Use unix:///path/to/docker.sock, tcp://HOST:PORT or ssh://USER@HOST.",
    );
  }
  const port = Number(url.port) || (tls === undefined ? 2375 : 2376);
  return { kind: "tcp", host: url.hostname.replace(/^\[|\]$/g, ""), port, ...(tls && { tls }) };
}

function parseSsh(text: string): SshTarget {
  const url = URL.parse(text);
  const isBad =
    url === null || url.hostname === "" || url.password !== "" || url.search + url.hash !== "";
  if (isBad || url.hostname.startsWith("-") || url.username.startsWith("-")) {
    throw invalidOptions(
      `Docker host ${text.replace(/:[^:@/]*@/, ":…@")} is not an address that ssh could reach.`,
      "Use ssh://USER@HOST:PORT, with a key that your ssh agent or ~/.ssh holds; passwords are not asked for.",
    );
  }
  const { username, hostname, port, pathname } = url;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    ...(username !== "" && { user: decodeURIComponent(username) }),
    ...(port !== "" && { port: Number(port) }),
    ...(pathname !== "" && pathname !== "/" && { socket: decodeURIComponent(pathname) }),
  };
}
