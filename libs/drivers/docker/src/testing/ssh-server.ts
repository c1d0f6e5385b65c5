import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, findExecutable, runCommand, startProcess, TempDir } from "@gantry/process";
import { freePort } from "./free-port.ts";

const env = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };

/** A real sshd on loopback, with a key that this machine's ssh uses when `HOME` is `home`. */
export class SshServer implements AsyncDisposable {
  readonly port: number;
  readonly #dir: TempDir;
  readonly #process: Child;

  private constructor(dir: TempDir, port: number, process: Child) {
    this.#dir = dir;
    this.port = port;
    this.#process = process;
  }

  /** Environment in which `ssh` finds the key. */
  get environment(): Record<string, string> {
    return { PATH: `${join(this.#dir.path, "bin")}:${env.PATH}`, HOME: this.#dir.path };
  }

  static async start(): Promise<SshServer> {
    const dir = await TempDir.create("gantry-sshd-");
    const at = (name: string): string => join(dir.path, name);
    for (const key of ["host", "user"])
      await runCommand("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(key)], { env });
    const port = await freePort();
    await writeFile(at("sshd_config"), configuration(dir.path, port));
    await mkdir("/run/sshd", { recursive: true });
    await writeSsh(dir.path);
    const sshd = (await findExecutable("sshd", env.PATH)) ?? "sshd";
    const child = await startProcess(sshd, ["-D", "-e", "-f", at("sshd_config")], {
      env,
      stdio: "ignore",
      graceMs: 1_000,
    });
    await untilOpen(port);
    return new SshServer(dir, port, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    await this.#dir[Symbol.asyncDispose]();
  }
}

function configuration(dir: string, port: number): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${dir}/host`,
    `AuthorizedKeysFile ${dir}/user.pub`,
    `PidFile ${dir}/pid`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin yes",
    "",
  ].join("\n");
}

/** ssh reads its settings from the home directory that the system's user has: the test's own are handed over by a script. */
async function writeSsh(dir: string): Promise<void> {
  await mkdir(join(dir, "bin"));
  const ssh = (await findExecutable("ssh", env.PATH)) ?? "ssh";
  const settings = `-F none -i ${dir}/user -o UserKnownHostsFile=${dir}/known -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR`;
  await writeFile(join(dir, "bin/ssh"), `#!/bin/sh\nexec ${ssh} ${settings} "$@"\n`, {
    mode: 0o755,
  });
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new TypeError("sshd did not start");
}
