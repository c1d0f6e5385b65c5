import { writeFile } from "node:fs/promises";
import { runTool } from "./tool.ts";

/** The rules that let the containers on `bridge` out. Each bears the bridge's name, so that only ours are removed. */
function rules(bridge: string, subnet: string): readonly (readonly string[])[] {
  const mark = ["-m", "comment", "--comment", bridge];
  return [
    ["nat", "POSTROUTING", "-s", subnet, "!", "-o", bridge, ...mark, "-j", "MASQUERADE"],
    ["filter", "FORWARD", "-i", bridge, ...mark, "-j", "ACCEPT"],
    ["filter", "FORWARD", "-o", bridge, ...mark, "-j", "ACCEPT"],
  ];
}

async function iptables(action: "-I" | "-D", rule: readonly string[]): Promise<void> {
  const [table = "", ...rest] = rule;
  await runTool(["iptables", "-w", "10", "-t", table, action, ...rest]);
}

/** Lets the containers on `bridge` out. */
export async function addRules(bridge: string, subnet: string): Promise<void> {
  for (const rule of rules(bridge, subnet)) await iptables("-I", rule);
}

/** Removes those rules. Ones that are gone are fine. */
export async function removeRules(bridge: string, subnet: string): Promise<void> {
  for (const rule of rules(bridge, subnet)) await iptables("-D", rule).catch(() => undefined);
}

/** Whether any chain's name begins with `prefix`. */
export async function hasChains(prefix: string): Promise<boolean> {
  const saved = await runTool(["iptables-save"]).catch(() => "");
  return saved.includes(`\n:${prefix}`);
}

/** What removes the chains of one table of `iptables-save`, with all rules that lead to them. */
function removalOf(table: string, prefix: string): string {
  const lines = table.split("\n");
  const chains = lines.flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []);
  const ours = chains.filter((chain) => chain.startsWith(prefix));
  const jumps = lines.filter(
    (line) =>
      line.startsWith("-A ") && !line.startsWith(`-A ${prefix}`) && line.includes(`-j ${prefix}`),
  );
  return [
    lines[0],
    ...jumps.map((line) => line.replace("-A ", "-D ")),
    ...ours.map((chain) => `-F ${chain}`),
    ...ours.map((chain) => `-X ${chain}`),
    "COMMIT\n",
  ].join("\n");
}

/** Removes all chains whose names begin with `prefix`. `scratchFile` is written to. */
export async function removeChains(prefix: string, scratchFile: string): Promise<void> {
  const saved = await runTool(["iptables-save"]);
  const tables = saved.split(/^(?=\*)/m).filter((table) => table.startsWith("*"));
  await writeFile(scratchFile, tables.map((table) => removalOf(table, prefix)).join(""));
  await runTool(["iptables-restore", "--wait=10", "--noflush", scratchFile]);
}
