import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type ListenOptions } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { contentDigest, Limits, Powers } from "@gantry/driver-package";
import { startProcess } from "@gantry/process";
import type { ConfineRequest } from "../request.ts";
import type { StartOutcome } from "./started.ts";
import type { User } from "./users.ts";

/** In what no driver may read. */
export const MARKER = "gantry-secret-of-others";
const VICTIM = "gantry-victim";
const START = join(import.meta.dirname, "start.ts");

/** A daemon's home with what is in one, another process, and servers: what a driver must not reach. */
export interface World extends AsyncDisposable {
  readonly user: User;
  readonly dir: string;
  readonly home: string;
  /** A port on loopback where somebody answers `outside`. */
  readonly port: number;
  /** What the attacks need to know, to be told that they succeeded. */
  readonly target: Readonly<Record<string, unknown>>;
}

export async function openWorld(user: User): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "gantry-hostile-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  const home = await fillHome(dir, user);
  const port = await answer(stack, { port: 0, host: "127.0.0.1" });
  const abstract = `gantry-${process.pid}-${user.uid}`;
  await answer(stack, { path: `\0${abstract}` });
  const socket = join(home, "gantryd.sock");
  await answer(stack, { path: socket });
  await chown(socket, user.uid, user.uid);
  const victim = await startVictim(stack, user);
  const setuid = join(dir, "setuid");
  await copyFile("/usr/bin/id", setuid);
  await chmod(setuid, 0o4755);
  const key = join(home, "key");
  const otherDriver = join(home, "drivers/other/secret");
  const state = join(home, "drivers/attack");
  const names = { key, home, otherDriver, state, socket, setuid, abstract, port, victim };
  const target = { ...names, marker: MARKER, victimName: VICTIM };
  const held = stack.move();
  return { user, dir, home, port, target, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** As the request of a driver of that world, with nothing granted. */
export async function requestIn(
  { dir, home }: World,
  options: Partial<ConfineRequest> & { readonly files: Readonly<Record<string, string>> },
): Promise<ConfineRequest> {
  const { files, ...rest } = options;
  const directory = await writePackage(dir, files);
  return {
    name: "attack",
    directory,
    sha512: await contentDigest(directory),
    command: ["python3", "attacks.py"],
    granted: Powers.parse({}),
    limits: Limits.parse({ memoryMiB: 128, pids: 32 }),
    stateDir: join(home, "drivers/attack"),
    contentDir: join(home, "drivers/attack/content"),
    environment: { PATH: process.env["PATH"] ?? "", SECRET: MARKER },
    hidden: [home],
    policy: "strict",
    ...rest,
  };
}

/** Confines and starts drivers, one after the other, in a process of the world's user. */
export async function startAll(
  { user }: World,
  requests: readonly ConfineRequest[],
  wrap: readonly string[] = [],
): Promise<readonly StartOutcome[]> {
  const node = [process.execPath, "--conditions=@gantry/source", START];
  const argv = [...wrap, ...user.prefix, ...node];
  await using child = await startProcess(argv[0] ?? "", argv.slice(1), {
    cwd: "/",
    env: { PATH: process.env["PATH"], SECRET: MARKER },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(requests));
  const outcomes = (await json(child.stdout)) as readonly StartOutcome[];
  await child.exit;
  return outcomes;
}

async function writePackage(dir: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(dir, "package-"));
  await chmod(directory, 0o755);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content, { mode: 0o755 });
  }
  return directory;
}

async function fillHome(dir: string, { uid }: User): Promise<string> {
  const home = join(dir, "home");
  for (const path of ["", "drivers", "drivers/other", "drivers/attack"]) {
    await mkdir(join(home, path), { mode: 0o700 });
    await chown(join(home, path), uid, uid);
  }
  for (const path of ["key", "drivers/other/secret"]) {
    await writeFile(join(home, path), MARKER, { mode: 0o600 });
    await chown(join(home, path), uid, uid);
  }
  return home;
}

async function answer(stack: AsyncDisposableStack, where: ListenOptions): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined).end("outside"));
  server.listen(where);
  await once(server, "listening");
  stack.defer(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Somebody else's process, of the same user. */
async function startVictim(stack: AsyncDisposableStack, { prefix }: User): Promise<number> {
  const script = "import time; print(flush=True); time.sleep(600)";
  const argv = [...prefix, "/usr/bin/python3", "-c", script, VICTIM];
  const victim = spawn(argv[0] ?? "", argv.slice(1), {
    cwd: "/",
    env: {},
    stdio: ["ignore", "pipe", "inherit"],
  });
  stack.defer(() => void victim.kill("SIGKILL"));
  await once(victim.stdout, "data");
  return victim.pid ?? 0;
}
