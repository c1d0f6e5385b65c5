import { runCommand } from "@gantry/process";

/** The environment in which the podman program uses the Podman whose configuration files are in `config`. */
export function environmentOf(config: string): Readonly<Record<string, string>> {
  const { PATH = "", HOME = "/root" } = process.env;
  return {
    PATH,
    HOME,
    CONTAINERS_CONF: `${config}/containers.conf`,
    CONTAINERS_STORAGE_CONF: `${config}/storage.conf`,
    CONTAINERS_REGISTRIES_CONF: `${config}/registries.conf`,
  };
}

/** What podman itself says, as its administrator. */
export async function podmanSays(config: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr, exit } = await runCommand("podman", args, {
    env: environmentOf(config),
    signal: AbortSignal.timeout(60_000),
  });
  if (exit.code !== 0) throw new Error(`podman ${args.join(" ")}: ${stderr}`);
  return stdout.toString("utf8").trim();
}
