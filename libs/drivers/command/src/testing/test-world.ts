import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory with executables and a state directory, for the tests of this driver. */
export class TestWorld implements AsyncDisposable {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(): Promise<TestWorld> {
    const dir = await mkdtemp(join(tmpdir(), "gantry-command-"));
    await mkdir(join(dir, "bin"));
    return new TestWorld(dir);
  }

  get bin(): string {
    return join(this.dir, "bin");
  }
  get context(): { readonly stateDir: string; readonly contentDir: string } {
    return { stateDir: join(this.dir, "state"), contentDir: join(this.dir, "content") };
  }

  /** Puts an executable shell script in place; gives its path. */
  async script(name: string, body: string): Promise<string> {
    const path = join(this.bin, name);
    await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A program that carries out the command of `/conformance/command.json`, with the outputs directory where it really is. */
export function commandRunner(node: string): string {
  return `#!${node}
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
if (process.argv[2] === "--handles") {
  console.log("docker, oci");
  process.exit(0);
}
process.on("SIGTERM", () => {});
const operation = JSON.parse(readFileSync(0, "utf8"));
const command = JSON.parse(operation.files["/conformance/command.json"]);
const outputs = process.env.CNAB_OUTPUT_DIR + "/cnab/app/outputs";
const [file, ...args] = command.map((word) => word.replaceAll("/cnab/app/outputs", outputs));
const child = spawn(file, args, { stdio: "inherit", env: { PATH: process.env.PATH } });
child.on("error", () => process.exit(127));
child.on("exit", (code, signal) => {
  process.exit(code ?? 128 + require("node:os").constants.signals[signal]);
});
`;
}
