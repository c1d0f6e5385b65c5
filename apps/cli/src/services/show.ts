import type { Installation } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import type { Given } from "../command-line/given.ts";
import { readInstallationName } from "../inputs/bundle-source.ts";
import { isJson, writeJson } from "../output/json.ts";
import { block, table } from "../output/table.ts";
import { stamp } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry show` */
export async function show(given: Given, world: World): Promise<number> {
  const key = {
    name: await readInstallationName(given, world),
    namespace: given.text("namespace") ?? "",
  };
  const { installation } = await withClient(world, (client) =>
    client.request("installation.show", key),
  );
  if (isJson(given)) await writeJson(world, installation);
  else await write(world.stdout, textOf(installation));
  return 0;
}

function textOf(installation: Installation): string {
  const { status, labels, bundle, _calculated: shown } = installation;
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const head = block([
    ["Name", installation.name],
    ["Namespace", installation.namespace],
    ["Created", stamp(status.created)],
    ["Modified", stamp(status.modified)],
    ["Bundle", [bundle.repository, bundle.version].filter(Boolean).join(" ")],
    ["Labels", cleanText(pairs.join(", "))],
  ]);
  const rows = shown.resolvedParameters.map(({ name, type, value }) => [
    name,
    type,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const parameters =
    rows.length === 0 ? "" : `\nParameters:\n${table(["Name", "Type", "Value"], rows)}`;
  const tail = block([
    ["  Reference", status.bundleReference],
    ["  Version", status.bundleVersion],
    ["  Last Action", status.action],
    ["  State", shown.displayInstallationState],
    ["  Status", shown.displayInstallationStatus],
    ["  Driver", status.driver],
    ["  Digest", status.bundleDigest],
  ]);
  const grants = installation.grants.map(({ power, value }) => [power, value]);
  const granted = grants.length === 0 ? "" : `\nGrants:\n${table(["Power", "Value"], grants)}`;
  return `${head}${parameters}${granted}\nStatus:\n${tail}`;
}
