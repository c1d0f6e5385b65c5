import { existsSync } from "node:fs";
import { readdir, readFile, rmdir, mkdir, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { addRules, hasChains, removeChains, removeRules } from "./firewall.ts";
import { runTool } from "./tool.ts";

/** A value of the host to put back, a folder to remove when it is empty, a network link, or chains of packet filter rules. */
export type Restore =
  | { readonly kind: "setting"; readonly path: string; readonly value: string }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "link"; readonly name: string }
  | { readonly kind: "chains"; readonly prefix: string };

/** What a run changes outside of its home. Plain data, kept on disk. */
export interface HostChanges {
  /** The addresses of the bridge of this run, as `10.x.y.0/24`. */
  readonly subnet?: string;
  /** Control groups to remove, by name, in all hierarchies. */
  readonly controlGroups?: readonly string[];
}

/** Changes that runs at the same time share. They are undone when the last of these ends. */
export interface SharedChanges {
  readonly restore: readonly Restore[];
}

const FORWARDING = "/proc/sys/net/ipv4/ip_forward";

/** A /24 that no interface of this machine is in. */
export function freeSubnet(): string {
  const taken = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address.split(".").slice(0, 3).join("."));
  const candidates = Array.from({ length: 250 }, (_, index) => `10.213.${index + 1}`);
  return `${candidates.find((net) => !taken.includes(net)) ?? "10.213.251"}.0/24`;
}

/**
 * Has an engine find private, empty folders in place of those that it would share with other engines.
 * Gives the shell lines that mount them, for the engine's own mount namespace. The host lock must be held.
 */
export async function hideFolders(
  paths: readonly string[],
  note: (changes: SharedChanges) => void,
): Promise<string> {
  const missing = paths.filter((path) => !existsSync(path));
  note({ restore: missing.map((path) => ({ kind: "folder", path })) });
  for (const path of missing) await mkdir(path, { recursive: true, mode: 0o755 });
  return paths
    .map(
      (path) => `mount -t tmpfs none ${path} || exit 1
`,
    )
    .join("");
}

/** What turning on forwarding between interfaces changes. */
export async function forwardingChange(): Promise<readonly Restore[]> {
  const value = (await readFile(FORWARDING, "utf8")).trim();
  return value === "1" ? [] : [{ kind: "setting", path: FORWARDING, value }];
}

/** The link and the chains that an engine will make and not remove; nothing of what is there already. */
export async function strayNetwork(link: string, prefix: string): Promise<readonly Restore[]> {
  const hasLink = existsSync(join("/sys/class/net", link));
  return [
    ...(hasLink ? [] : [{ kind: "link", name: link } as const]),
    ...((await hasChains(prefix)) ? [] : [{ kind: "chains", prefix } as const]),
  ];
}

/** Makes a bridge with a way out. What it changes must have been noted before. */
export async function makeBridge(bridge: string, subnet: string): Promise<void> {
  const gateway = subnet.replace(".0/", ".1/");
  await runTool(["ip", "link", "add", bridge, "type", "bridge"]);
  await runTool(["ip", "addr", "add", gateway, "dev", bridge]);
  await runTool(["ip", "link", "set", bridge, "up"]);
  await addRules(bridge, subnet);
  await writeFile(FORWARDING, "1");
}

/** The smallest packet size of the ways out of this machine: a bridge with a larger one loses packets. */
export async function outgoingMtu(): Promise<number> {
  const names = Object.keys(networkInterfaces()).filter((name) => name !== "lo");
  const sizes = await Promise.all(
    names.map(async (name) =>
      Number(await readFile(`/sys/class/net/${name}/mtu`, "utf8").catch(() => 1500)),
    ),
  );
  return Math.min(1500, ...sizes.filter((size) => size >= 1280));
}

/**
 * The bridges of the networks that an engine with that data folder made. It keeps them over a restart, so stopping
 * it does not remove them.
 */
async function networkBridges(dataDir: string): Promise<readonly string[]> {
  const file = join(dataDir, "network", "files", "local-kv.db");
  const content = await readFile(file, "latin1").catch(() => "");
  const ids = [...content.matchAll(/network\/v1\.0\/(?:bridge|network)\/([0-9a-f]{12})/g)];
  const names = new Set(ids.map(([, id]) => `br-${id}`));
  return [...names].filter((name) => existsSync(join("/sys/class/net", name)));
}

async function removeLink(name: string): Promise<void> {
  await quietly(runTool(["ip", "link", "del", name]));
}

/** Undoes what only the run whose folder is `home` changed. */
export async function restoreOwn(home: string, changes: HostChanges): Promise<void> {
  const bridge = `gantry-${home.slice(-6)}`;
  for (const name of await networkBridges(join(home, "data"))) await removeLink(name);
  if (changes.subnet !== undefined) {
    await removeRules(bridge, changes.subnet);
    await removeLink(bridge);
  }
  for (const name of changes.controlGroups ?? []) await removeControlGroups(name);
}

/** Undoes what runs shared, of which the one whose folder is `home` was the last. */
export async function restoreShared(home: string, changes: SharedChanges): Promise<void> {
  for (const item of changes.restore) await quietly(putBack(item, home));
}

async function putBack(item: Restore, home: string): Promise<void> {
  switch (item.kind) {
    case "setting":
      return (await hasBridges()) ? undefined : writeFile(item.path, item.value);
    case "folder":
      return rmdir(item.path);
    case "link":
      return removeLink(item.name);
    case "chains":
      return removeChains(item.prefix, join(home, "chains"));
  }
}

/** Whether somebody else has bridges, who may have come to rely on forwarding in the meantime. */
async function hasBridges(): Promise<boolean> {
  const names = await readdir("/sys/class/net");
  return names.some((name) => existsSync(join("/sys/class/net", name, "bridge")));
}

/** A thing that is already gone, or still in use by somebody else, is left as it is. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

async function removeControlGroups(name: string): Promise<void> {
  const root = "/sys/fs/cgroup";
  const controllers = await readdir(root).catch(() => []);
  const places = [root, ...controllers.map((entry) => join(root, entry))];
  const dirs = places.map((place) => join(place, name)).filter((dir) => existsSync(dir));
  for (const dir of dirs) await quietly(removeTree(dir));
}

/** A control group's files cannot be removed, only its folders, the innermost first. */
async function removeTree(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(dir, entry.name));
  await rmdir(dir);
}
