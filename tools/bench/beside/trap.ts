import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Stands where an engine would: a Unix socket that counts who knocks and lets nobody in. */
export class Trap implements AsyncDisposable {
  readonly path: string;
  readonly #server: Server;
  #calls = 0;

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => {
      this.#calls += 1;
      socket.destroy();
    });
  }

  static async listen(path: string): Promise<Trap> {
    const trap = new Trap(path);
    trap.#server.listen(path);
    await once(trap.#server, "listening");
    return trap;
  }

  /** How often somebody connected. */
  get calls(): number {
    return this.#calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }
}
