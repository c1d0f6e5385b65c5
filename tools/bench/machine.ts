import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import type { World } from "./world.ts";

const GIB = 1024 ** 3;

/** What the numbers were taken on, in one line. */
export async function describeMachine(world: World): Promise<string> {
  const cores = cpus();
  const memory = `${Math.round(totalmem() / GIB)} GB`;
  const system = `${type()} ${release()} ${arch()}`;
  const node = `Node ${process.versions.node}`;
  const engine = await dockerVersion(world);
  const load = `load ${loadavg()
    .map((value) => value.toFixed(1))
    .join(" ")}`;
  return `${cores.length} x ${cores[0]?.model.trim()}, ${memory}, ${system}, ${node}, ${engine}, ${load}`;
}

async function dockerVersion(world: World): Promise<string> {
  try {
    const docker = await world.docker();
    const format = "Docker Engine {{.Server.Version}}, docker CLI {{.Client.Version}}";
    return (await docker.run(["version", "--format", format])).trim();
  } catch {
    // Why there is none is said where it was needed.
    return "no Docker Engine";
  }
}
