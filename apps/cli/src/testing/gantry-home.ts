import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../main.ts");
const NODE_ARGS = ["--conditions=@gantry/source", MAIN];

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A state directory with a daemon of its own, a bundle, and the fake driver as its engine. */
export class GantryHome implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), "gantry-home-"));
  readonly bundle = join(this.dir, "bundle");

  constructor(
    script: readonly unknown[],
    options: Readonly<Record<string, unknown>> = {},
    manifest = MANIFEST,
  ) {
    mkdirSync(this.bundle);
    mkdirSync(join(this.dir, "home"));
    writeFileSync(join(this.bundle, "porter.yaml"), manifest);
    writeFileSync(join(this.bundle, "base.Dockerfile"), DOCKERFILE);
    // A build runs the image once to see whether it starts: that must not be the scripted run.
    this.#configure([], options);
    this.run("build");
    this.run("daemon", "stop");
    this.#configure(script, options);
  }

  get env(): Record<string, string> {
    const { PATH = "", HOME = "" } = process.env;
    return { PATH, HOME, GANTRY_HOME: join(this.dir, "home"), GANTRY_DRIVER: "fake" };
  }

  /** The program and its arguments, to be run in a terminal. */
  command(...words: readonly string[]): readonly [string, string[]] {
    return [process.execPath, [...NODE_ARGS, ...words]];
  }

  /** Runs a command to its end, with pipes. */
  run(...words: readonly string[]): Finished {
    return this.runWith({}, ...words);
  }

  /** The same with further variables. */
  runWith(more: Readonly<Record<string, string>>, ...words: readonly string[]): Finished {
    const [program, args] = this.command(...words);
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.bundle,
      env: { ...this.env, ...more },
      encoding: "utf8",
    });
    return { code: status, stdout, stderr };
  }

  /** The daemon of this home, which has to run. */
  get daemonPid(): number {
    const { pid } = JSON.parse(this.run("daemon", "status", "-o", "json").stdout) as {
      pid: number;
    };
    return pid;
  }

  #configure(script: readonly unknown[], options: Readonly<Record<string, unknown>>): void {
    const endpoint = { name: "fake", driver: "fake", options: { ...options, script } };
    const config = JSON.stringify({ endpoints: [endpoint], prefer: ["fake"] });
    writeFileSync(join(this.dir, "home/config.yaml"), config);
  }

  [Symbol.dispose](): void {
    this.run("daemon", "stop", "--force");
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const DOCKERFILE = "FROM fake/base\nRUN echo compiling; sleep 1\n";

const MANIFEST = `schemaVersion: 1.0.1
name: tried
version: 0.1.0
registry: localhost:5000
dockerfile: base.Dockerfile
mixins: [exec]
outputs:
  - {name: greeting, type: string, default: none}
  - {name: password, type: string, default: hunter2, sensitive: true}
install:
  - exec: {command: "true"}
upgrade:
  - exec: {command: "true"}
status:
  - exec: {command: "true"}
uninstall:
  - exec: {command: "true"}
`;
