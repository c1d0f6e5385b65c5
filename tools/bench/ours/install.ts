import type { Client } from "@gantry/client";

export interface Install {
  readonly dir: string;
  readonly endpoint: string;
  readonly installation: string;
}

/** Starts an install of the bundle in `dir`; gives the operation's id. */
export async function startInstall(
  client: Client,
  { dir, endpoint, installation }: Install,
): Promise<string> {
  const { operationId } = await client.request("installation.install", {
    installation,
    source: { dir },
    cwd: dir,
    driver: endpoint,
    build: { driver: endpoint },
  });
  return operationId;
}

/** Installs the bundle in `dir` and waits for the end, whatever it is. */
export async function install(client: Client, request: Install): Promise<void> {
  const operationId = await startInstall(client, request);
  const events = client.watch(operationId);
  while ((await events.next()).done !== true);
}
