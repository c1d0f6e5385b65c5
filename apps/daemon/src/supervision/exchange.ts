import { constants, cp, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BuildRequest, Driver, ImageFacet } from "@gantry/driver-api";
import { relaySocket } from "./socket-relay.ts";

/** A new directory below `root`, gone with all in it when disposed of. */
async function place(root: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(root, crypto.randomUUID());
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A driver that sees nothing of the machine but `root`: contexts and image layouts are brought there, and layouts fetched from there. */
export function withExchange(driver: Driver, root: string): Driver {
  const { build, images } = driver;
  return {
    ...driver,
    ...(build === undefined
      ? {}
      : {
          build: {
            ...build,
            async build(request, work) {
              await using space = await place(root);
              await using agents = new AsyncDisposableStack();
              const here = await brought(request, space.path);
              const ssh = await agentsAt(request.ssh, space.path, agents);
              return await build.build({ ...here, ssh }, work);
            },
          },
        }),
    ...(images === undefined ? {} : { images: exchangedImages(images, root) }),
  };
}

function exchangedImages(images: ImageFacet, root: string): ImageFacet {
  const { exportTo, importFrom } = images;
  return {
    ...images,
    ...(exportTo === undefined
      ? {}
      : {
          async exportTo(ref, layoutDir, work) {
            await using space = await place(root);
            const digest = await exportTo(ref, space.path, work);
            await fetched(space.path, layoutDir);
            return digest;
          },
        }),
    ...(importFrom === undefined
      ? {}
      : {
          async importFrom(layoutDir, digest, work) {
            await using space = await place(root);
            await cp(layoutDir, space.path, COPY);
            return await importFrom(space.path, digest, work);
          },
        }),
  };
}

/** Moved and not copied: once out of its sight, the driver cannot put something else into a file's place. Both are in the daemon's home. */
async function fetched(space: string, layoutDir: string): Promise<void> {
  await mkdir(layoutDir, { recursive: true });
  for (const name of await readdir(space)) await rename(join(space, name), join(layoutDir, name));
}

/** Sockets of agents that the driver can reach, for as long as the build takes. */
async function agentsAt(
  ssh: BuildRequest["ssh"],
  space: string,
  held: AsyncDisposableStack,
): Promise<BuildRequest["ssh"]> {
  const reached: BuildRequest["ssh"][number][] = [];
  for (const { id, socket } of ssh) {
    const listenPath = join(space, `a${reached.length}`);
    held.use(await relaySocket({ listenPath, target: socket, mode: 0o600 }));
    reached.push({ id, socket: listenPath });
  }
  return reached;
}

/** Sockets and pipes are in no build context, and cannot be copied. */
async function isCopied(path: string): Promise<boolean> {
  const found = await lstat(path);
  return found.isFile() || found.isDirectory() || found.isSymbolicLink();
}

const COPY = {
  recursive: true,
  // Some builders count a file's time among what their cache goes by.
  preserveTimestamps: true,
  mode: constants.COPYFILE_FICLONE,
  verbatimSymlinks: true,
  filter: isCopied,
} as const;

/** The same request, its directories copied: what a driver can write must not be the user's. */
async function brought(request: BuildRequest, space: string): Promise<BuildRequest> {
  const contextDir = join(space, "context");
  await cp(request.contextDir, contextDir, COPY);
  const contexts: Record<string, string> = {};
  for (const [index, [name, source]] of Object.entries(request.contexts).entries()) {
    const target = join(space, `named-${index}`);
    contexts[name] = source.startsWith("/") ? target : source;
    if (source.startsWith("/")) await cp(source, target, COPY);
  }
  return { ...request, contextDir, contexts };
}
