import { type ChildProcess, spawn } from "node:child_process";
import { access, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Scratch } from "./scratch.ts";

/** A registry of its own: Debian's docker-registry on a free loopback port, in a scratch directory. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
}

const isRequired = process.env["GANTRY_REQUIRE_ENGINES"] === "1";

/** True where no registry is installed, and its absence is no failure: suites that need one are skipped. */
export const lacksRegistry = !isRequired && !(await onPath("docker-registry"));

if (lacksRegistry) process.stderr.write("skipped: docker-registry is not installed\n");

/** Starts a registry and waits until it answers. */
export async function startRegistry(): Promise<TestRegistry> {
  const scratch = await Scratch.make();
  const host = `127.0.0.1:${await freePort()}`;
  const config = scratch.at("config.yml");
  await mkdir(scratch.at("data"));
  await writeFile(config, configFor(scratch.at("data"), host));
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const registry = { host, [Symbol.asyncDispose]: () => stop(child, scratch) };
  try {
    await answers(`http://${host}/v2/`, child);
    return registry;
  } catch (error) {
    await registry[Symbol.asyncDispose]();
    throw error;
  }
}

function configFor(data: string, host: string): string {
  return JSON.stringify({
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: { addr: host },
    validation: { manifests: { urls: { allow: ["^https://"] } } },
  });
}

async function stop(child: ChildProcess, scratch: Scratch): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
  await scratch[Symbol.asyncDispose]();
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(50);
  }
  throw new RegistryStartError(url);
}

class RegistryStartError extends Error {
  override readonly name = "RegistryStartError";
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function onPath(program: string): Promise<boolean> {
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  const found = await Promise.all(
    directories.map((directory) =>
      access(join(directory, program)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
