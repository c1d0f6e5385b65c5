import { mkdir, open, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ContentError, contentDigest } from "@gantry/driver-package";
import { ConfineError } from "../errors.ts";

export interface CopyRequest {
  readonly name: string;
  readonly directory: string;
  /** What the content has to be; `undefined` takes it as it is. */
  readonly sha512: string | undefined;
}

/** A package's content as it was hashed, where nobody else has a hand on it. */
export interface VerifiedCopy {
  readonly directory: string;
  /** Its files, relative to the root, and whether they are executable. */
  readonly files: ReadonlyMap<string, boolean>;
}

/**
 * Copies a package to `target` while hashing it, each byte read once: what was hashed is what is there, whoever writes to the
 * package meanwhile. Throws `ConfineError` when the content is not the one that is wanted; what was copied must then be removed.
 */
export async function copyVerified(
  request: CopyRequest,
  target: string,
  signal: AbortSignal,
): Promise<VerifiedCopy> {
  const files = new Map<string, boolean>();
  const made = new Map<string, Promise<unknown>>();
  const place = async (path: string): Promise<string> => {
    const file = join(target, path);
    const parent = dirname(file);
    const making = made.get(parent) ?? mkdir(parent, { recursive: true, mode: 0o755 });
    made.set(parent, making);
    await making;
    return file;
  };
  await mkdir(target, { recursive: true, mode: 0o755 });
  const digest = await digestOf(request, {
    signal,
    visitor: {
      async file({ path, bytes, executable }) {
        files.set(path, executable);
        await using handle = await open(await place(path), "wx", executable ? 0o555 : 0o444);
        await handle.writeFile(bytes);
      },
      link: async (link) => symlink(link.target, await place(link.path)),
    },
  });
  if (request.sha512 !== undefined && digest !== request.sha512) {
    throw changed(request.name, `it is ${digest}, not ${request.sha512}`);
  }
  return { directory: target, files };
}

async function digestOf(
  { name, directory }: CopyRequest,
  options: NonNullable<Parameters<typeof contentDigest>[1]>,
): Promise<string> {
  try {
    return await contentDigest(directory, options);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw changed(name, error.message, error);
  }
}

function changed(name: string, what: string, cause?: unknown): ConfineError {
  const hint = `Look at what changed it, then \`gantry drivers update ${name}\` or install it again.`;
  return new ConfineError(
    "content-changed",
    `The content of driver ${name} is not what was installed: ${what}.`,
    cause === undefined ? { hint } : { hint, cause },
  );
}
