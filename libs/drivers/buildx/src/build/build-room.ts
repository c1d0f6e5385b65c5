import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { BuildRequest, SecretHandle } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import { Digest } from "@gantry/reports";
import { z } from "zod";
import { garbled } from "../errors.ts";

/** What the Dockerfile is called beside its ignore file; neither is in the context. */
const DOCKERFILE = "Dockerfile";
/** Nothing builds for so long: what is older was left by a process that was killed. */
const STALE_MS = 24 * 60 * 60 * 1000;
/** The plugin's first file after its three streams. */
const FIRST_FILE = 3;
/** A process's open files by number, each of which can be opened anew as often as it is asked for. */
const OPEN_FILES = "/proc/self/fd";

const Metadata = z.object({
  "containerimage.config.digest": Digest.optional(),
  "containerimage.digest": Digest.optional(),
});

export interface RoomSecret {
  readonly id: string;
  /** Where the plugin finds its value. */
  readonly source: string;
}

/** A private directory for one build, gone when it is disposed. */
export class BuildRoom implements AsyncDisposable {
  readonly layoutDir: string;
  readonly secrets: readonly RoomSecret[];
  /** Open files for the plugin, from number 3 on. */
  readonly files: readonly number[];
  readonly #dir: string;
  readonly #held: AsyncDisposableStack;

  private constructor(dir: string, secrets: readonly RoomSecret[], held: Held) {
    this.#dir = dir;
    this.layoutDir = join(dir, "layout");
    this.secrets = secrets;
    this.files = held.handles.map(({ fd }) => fd);
    this.#held = held.stack;
  }

  /** Writes the Dockerfile, its ignore file and the secrets that it asks for. */
  static async open(
    parent: string,
    request: BuildRequest,
    watched: { readonly secrets: readonly SecretHandle[]; readonly signal: AbortSignal },
  ): Promise<BuildRoom> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    await sweep(parent);
    await using undo = new AsyncDisposableStack();
    const { path } = undo.use(await TempDir.create("build-", parent));
    await writeFile(join(path, DOCKERFILE), request.dockerfile.text, { mode: 0o600 });
    // Never empty: the context's own file would be read instead.
    const ignore = `# of the request\n${request.ignore}`;
    await writeFile(join(path, `${DOCKERFILE}.dockerignore`), ignore, { mode: 0o600 });
    const held: Held = { stack: undo, handles: [] };
    const secrets: RoomSecret[] = [];
    for (const secret of watched.secrets) {
      const value = await secret.read(watched.signal);
      const file = join(path, `secret-${secrets.length}`);
      secrets.push({ id: secret.id, source: await keep(file, value, held) });
    }
    return new BuildRoom(path, secrets, { ...held, stack: undo.move() });
  }

  get dockerfile(): string {
    return join(this.#dir, DOCKERFILE);
  }

  get metadataFile(): string {
    return join(this.#dir, "metadata.json");
  }

  /** The id of the image that the engine took, as the plugin noted it. */
  async imageId(): Promise<Digest> {
    try {
      const found = Metadata.parse(JSON.parse(await readFile(this.metadataFile, "utf8")));
      return Digest.parse(found["containerimage.config.digest"] ?? found["containerimage.digest"]);
    } catch (cause) {
      throw garbled("metadata file", cause);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync();
  }
}

interface Held {
  readonly stack: AsyncDisposableStack;
  readonly handles: FileHandle[];
}

/** Puts a secret where only the plugin finds it. Where files can be passed on open, the disk holds no name of it from here on, also after a crash. */
async function keep(file: string, value: Uint8Array, held: Held): Promise<string> {
  await writeFile(file, value, { mode: 0o600, flag: "wx" });
  const handle = await open(file, "r");
  held.stack.defer(() => handle.close());
  const isShown = await stat(join(OPEN_FILES, String(handle.fd))).then(
    () => true,
    () => false,
  );
  if (!isShown) return file;
  held.handles.push(handle);
  await unlink(file);
  return join(OPEN_FILES, String(FIRST_FILE + held.handles.length - 1));
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
