import { once } from "node:events";
import { connect } from "node:net";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { SecretHandle, SshHandle } from "@gantry/driver-api";
import type { Credentials } from "../credentials.ts";
import type { SourceEntry } from "./context-files.ts";
import { offerFiles } from "./file-sync.ts";
import { fieldsOf, message, textOf } from "./wire.ts";

export type Call = ServerDuplexStream<Buffer, Buffer>;

/** What BuildKit may ask of us while it builds. */
export interface SessionServices {
  /** The entries of a directory by its name in the build (`context`, `dockerfile`) that matter: `paths`, or all when empty. */
  files(directory: string, paths: readonly string[]): AsyncIterable<SourceEntry> | undefined;
  credentials(host: string): Promise<Credentials | undefined>;
  readonly secrets: readonly SecretHandle[];
  readonly ssh: readonly SshHandle[];
  readonly signal: AbortSignal;
}

/** The answer to a question after something that the build was not given. */
export interface Missing {
  readonly missing: string;
}

/** A method and what it does. Messages stay bytes: each has one or two fields. A stream tells whether there is such a thing. */
export type Method =
  | { readonly path: string; readonly unary: (request: Buffer) => Promise<Buffer | Missing> }
  | { readonly path: string; readonly stream: (call: Call) => Promise<boolean> };

const SERVING = 1;
const DEFAULT_SSH = "default";

/** The methods through which BuildKit reaches `services`. */
export function methodsOf(services: SessionServices): readonly Method[] {
  const { secrets, ssh, signal } = services;
  return [
    { path: "/grpc.health.v1.Health/Check", unary: async () => message({ 1: SERVING }) },
    { path: "/moby.filesync.v1.FileSync/DiffCopy", stream: (call) => syncFiles(services, call) },
    {
      path: "/moby.filesync.v1.Auth/Credentials",
      unary: async (request) => authMessage(await services.credentials(textOf(request, 1))),
    },
    {
      path: "/moby.buildkit.secrets.v1.Secrets/GetSecret",
      unary: async (request) => {
        const id = textOf(request, 1);
        const secret = secrets.find((handle) => handle.id === id);
        return secret
          ? message({ 1: await secret.read(signal) })
          : { missing: `secret ${id} not found` };
      },
    },
    {
      path: "/moby.sshforward.v1.SSH/CheckAgent",
      unary: async (request) => {
        const id = textOf(request, 1) || DEFAULT_SSH;
        return findAgent(ssh, id) ? message({}) : { missing: `no ssh key "${id}" forwarded` };
      },
    },
    { path: "/moby.sshforward.v1.SSH/ForwardAgent", stream: (call) => forwardAgent(ssh, call) },
  ];
}

async function syncFiles(services: SessionServices, call: Call): Promise<boolean> {
  const [directory = ""] = valuesOf(call, "dir-name");
  const paths = [...valuesOf(call, "followpaths"), ...valuesOf(call, "include-patterns")];
  const entries = services.files(directory, paths);
  if (entries === undefined) return false;
  await offerFiles(call, entries);
  return true;
}

/** Newer engines send these values URL-encoded and say so. Node joins headers of one name with a comma, which a value may hold too: both readings are given. */
function valuesOf(call: Call, name: string): string[] {
  const encoded = call.metadata.get(`${name}-encoded`).map(String);
  const joined = call.metadata.get(name).map(String);
  const values = [...new Set(joined.flatMap((value) => [value, ...value.split(", ")]))];
  return encoded.includes("1") ? values.map(decodeURIComponent) : values;
}

function authMessage(found: Credentials | undefined): Buffer {
  if (found === undefined) return message({});
  if (found.identitytoken !== undefined) return message({ 2: found.identitytoken });
  return message({ 1: found.username, 2: found.password });
}

function findAgent(ssh: readonly SshHandle[], id: string): SshHandle | undefined {
  return ssh.find((handle) => handle.id === (id || DEFAULT_SSH));
}

async function forwardAgent(ssh: readonly SshHandle[], call: Call): Promise<boolean> {
  const agent = findAgent(ssh, valuesOf(call, "buildkit.ssh.id")[0] ?? "");
  if (agent === undefined) return false;
  const socket = connect(agent.socket);
  await once(socket, "connect");
  socket.on("error", () => call.end());
  socket.on("data", (bytes: Buffer) => {
    if (call.write(message({ 1: bytes }))) return;
    socket.pause();
    call.once("drain", () => socket.resume());
  });
  const closed = once(socket, "close");
  for await (const packet of call) {
    for (const { number, bytes } of fieldsOf(packet)) if (number === 1) socket.write(bytes);
  }
  socket.end();
  await closed;
  return true;
}
