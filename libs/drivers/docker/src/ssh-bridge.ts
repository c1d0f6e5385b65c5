import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type Child, startProcess, TempDir } from "@gantry/process";
import { sshFailed } from "./errors.ts";

/** A host with an engine, as `ssh://USER@HOST:PORT/SOCKET` names it. */
export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** The engine's socket over there; absent: the docker CLI's own choice. */
  readonly socket?: string;
}

export type Environment = Readonly<Record<string, string>>;

/** What of ssh's words is kept for an error. */
const MOST_SAID = 2_000;

/**
 * A socket of this machine behind which an engine of another one answers. Each connection is an `ssh` of its own that runs
 * `docker system dial-stdio` over there, as the docker CLI does it. It asks nothing: keys come from the user's agent or files.
 */
export class SshBridge implements AsyncDisposable {
  readonly path: string;
  readonly #dir: TempDir;
  readonly #server: Server;
  readonly #children = new Set<Child>();
  #said = "";

  private constructor(dir: TempDir, server: Server) {
    this.#dir = dir;
    this.#server = server;
    this.path = join(dir.path, "engine.sock");
  }

  static async open(target: SshTarget, env: Environment): Promise<SshBridge> {
    const server = createServer({ allowHalfOpen: true });
    const bridge = new SshBridge(await TempDir.create("gantry-ssh-"), server);
    server.on("connection", (socket) => void bridge.#carry(socket, target, env));
    server.listen(bridge.path);
    await once(server, "listening");
    server.unref();
    return bridge;
  }

  /** What to throw instead of `error` when ssh itself failed since the last time. */
  explain(error: unknown): unknown {
    const said = this.#said.trim();
    this.#said = "";
    return said === "" ? error : sshFailed(said, error);
  }

  async #carry(socket: Socket, target: SshTarget, env: Environment): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      const child = await startProcess("ssh", sshArguments(target), { env });
      this.#children.add(child);
      child.stderr.on("data", (text: Buffer) => this.#hear(text.toString("utf8")));
      child.stdin.on("error", () => socket.destroy());
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
      socket.on("close", () => void child.stop({ graceMs: 500 }));
      const { code } = await child.exit;
      this.#children.delete(child);
      if (code === 0) this.#said = "";
    } catch (error) {
      this.#hear(error instanceof Error ? error.message : String(error));
    }
    socket.destroy();
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-MOST_SAID);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await Promise.all([...this.#children].map((child) => child.stop({ graceMs: 500 })));
    await this.#dir[Symbol.asyncDispose]();
  }
}

function sshArguments({ host, user, port, socket }: SshTarget): string[] {
  return [
    "-oConnectTimeout=30",
    "-oBatchMode=yes",
    "-T",
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    host,
    "docker",
    ...(socket === undefined ? [] : ["--host", `unix://${socket}`]),
    "system",
    "dial-stdio",
  ];
}
