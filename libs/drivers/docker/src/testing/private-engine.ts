import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, runCommand, startProcess, TempDir } from "@gantry/process";
import { DockerEngine } from "../docker-engine.ts";
import { present } from "./docker-world.ts";
import { endRemains } from "./engine-remains.ts";

const NETWORK = ["--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false"];

/** A Docker Engine of a test's own, which it may kill and start again. */
export class PrivateEngine implements AsyncDisposable {
  readonly dir: TempDir;
  readonly host: string;
  #process: Child | undefined;

  private constructor(dir: TempDir) {
    this.dir = dir;
    this.host = `unix://${join(dir.path, "docker.sock")}`;
  }

  /** `more` are arguments of dockerd. */
  static async start(more: readonly string[] = []): Promise<PrivateEngine> {
    const engine = new PrivateEngine(await TempDir.create("gantry-engine-"));
    await engine.start(more);
    return engine;
  }

  /** Path of its socket. */
  get socket(): string {
    return this.host.slice("unix://".length);
  }

  async start(more: readonly string[] = []): Promise<void> {
    const at = (name: string): string => join(this.dir.path, name);
    const args = [
      "--data-root",
      at("data"),
      "--exec-root",
      at("exec"),
      "--pidfile",
      at("pid"),
      "-H",
      this.host,
    ];
    const { PATH } = process.env;
    this.#process = await startProcess("dockerd", [...args, ...NETWORK, ...more], {
      env: { PATH },
      stdio: "ignore",
      graceMs: 20_000,
    });
    await this.#untilReady();
  }

  /** An image with a shell, made on this engine. */
  async image(): Promise<string> {
    const env = { PATH: process.env["PATH"], DOCKER_HOST: this.host };
    const script = `d=$(mktemp -d) && mkdir -p $d/bin $d/etc $d/tmp && cp "$(command -v busybox)" $d/bin/ &&
      for a in sh sleep echo cat seq; do ln -s busybox $d/bin/$a; done && tar -C $d -c . | docker import - busy:box; rm -rf $d`;
    await runCommand("sh", ["-c", script], { env });
    return "busy:box";
  }

  /** Ends the engine without a word, as a crash would. */
  async kill(): Promise<void> {
    const child = present(this.#process);
    child.kill("SIGKILL");
    await child.exit;
    // Its containerd would be taken for a running one as long as nobody has collected its exit.
    const crash = `kill -9 $(cat exec/containerd/containerd.pid); rm -f pid exec/containerd/containerd.pid exec/containerd/*.sock*`;
    await runCommand("sh", ["-c", crash], {
      cwd: this.dir.path,
      env: { PATH: process.env["PATH"] },
    });
  }

  async #untilReady(): Promise<void> {
    await using engine = new DockerEngine({ host: this.host });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const signal = AbortSignal.timeout(2_000);
      const isUp = await engine.send({ method: "GET", path: "/_ping", signal }).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await delay(100);
    }
    throw new TypeError("dockerd did not start");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.stop();
    await endRemains(this.dir.path);
    const mounts = `for m in $(awk '{print $2}' /proc/mounts | grep '^${this.dir.path}/'); do umount -l $m; done`;
    await runCommand("sh", ["-c", mounts], { env: { PATH: process.env["PATH"] } });
    await this.dir[Symbol.asyncDispose]();
  }
}

/** Whether an engine can be started here at all. */
export async function canStartEngine(): Promise<boolean> {
  const isThere = await access("/usr/sbin/dockerd").then(
    () => true,
    () => false,
  );
  return isThere && process.getuid?.() === 0;
}
