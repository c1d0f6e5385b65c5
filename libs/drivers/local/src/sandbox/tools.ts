import { findExecutable } from "@gantry/process";

/** Where programs of this machine are looked for; the caller's own PATH has no say in what sets up a sandbox. */
export const HOST_PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin";

const NEEDED = [
  "unshare",
  "nsenter",
  "mount",
  "umount",
  "pivot_root",
  "setpriv",
  "sh",
  "mkdir",
  "chown",
  "chmod",
  "cp",
  "ln",
  "rm",
  "readlink",
  "cat",
] as const;

/** Programs of util-linux and coreutils, by absolute path. */
export type HostTools = Readonly<Record<(typeof NEEDED)[number], string>> & {
  readonly newuidmap?: string;
  readonly newgidmap?: string;
  readonly hostname?: string;
};

/** Finds the programs that a sandbox is made with; the names of those that are missing otherwise. */
export async function findTools(
  path = HOST_PATH,
): Promise<{ readonly tools: HostTools } | { readonly missing: readonly string[] }> {
  const names = [...NEEDED, "newuidmap", "newgidmap", "hostname"];
  const found = await Promise.all(
    names.map(async (name) => [name, await findExecutable(name, path)]),
  );
  const tools = Object.fromEntries(found.filter(([, file]) => file !== undefined));
  return isComplete(tools) ? { tools } : { missing: NEEDED.filter((name) => !(name in tools)) };
}

function isComplete(tools: Record<string, string>): tools is HostTools & Record<string, string> {
  return NEEDED.every((name) => name in tools);
}
