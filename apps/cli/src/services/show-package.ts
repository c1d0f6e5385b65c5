import type { Client } from "@gantry/client";
import type { Endpoint, InstalledPackage } from "@gantry/protocol";
import { packageFields, powersText } from "../output/driver-package.ts";
import { writeJson } from "../output/json.ts";
import { cleanText } from "@gantry/terminal-text";
import { type Paint, paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** An installed driver, known without starting it. */
export interface ShownPackage {
  readonly driver: InstalledPackage;
  /** Absent where another endpoint has taken its name. */
  readonly endpoint: Endpoint | undefined;
}

/** The driver that is installed under a name, every byte of it checked; `undefined` when none is. */
export async function findPackage(client: Client, name: string): Promise<ShownPackage | undefined> {
  const { packages } = await client.request("driver.packages", {});
  if (!packages.some((one) => one.name === name)) return undefined;
  const [checked, { endpoints }] = await Promise.all([
    client.request("driver.packages", { name }),
    client.request("driver.list", {}),
  ]);
  const endpoint = endpoints.find((one) => one.name === name && one.origin === "installed");
  return checked.packages.map((driver) => ({ driver, endpoint }))[0];
}

/** Shows an installed driver; exit code 1 when it may not be started. */
export async function showPackage(
  world: World,
  shown: ShownPackage,
  json: boolean,
): Promise<number> {
  const { driver, endpoint } = shown;
  if (json) await writeJson(world, { ...endpoint, package: driver });
  else await write(world.stdout, textOf(shown, paintFor(world.stdout, world.env)));
  return driver.refused === undefined ? 0 : 1;
}

function textOf({ driver, endpoint }: ShownPackage, paint: Paint): string {
  const { name, version, description, refused } = driver;
  return [
    `${paint("strong", `${cleanText(name)} ${cleanText(version)}`)}  ${cleanText(description)}`.trimEnd(),
    packageFields(driver, endpoint === undefined ? [] : stateOf(endpoint)).trimEnd(),
    powersText("It may", driver.granted, paint),
    ...driver.notices.map((notice) => `${paint("warning", "Note:")} ${cleanText(notice)}`),
    ...(refused === undefined
      ? []
      : [
          `${paint("bad", "Refused:")} ${cleanText(refused.message)}`,
          `Try: ${cleanText(refused.hint)}`,
        ]),
    "",
  ].join("\n");
}

function stateOf({ probe, confinement, weaker }: Endpoint): readonly (readonly [string, string])[] {
  return [
    ["State", probe.state],
    ["Confinement", confinement],
    ...(weaker.length === 0 ? [] : [["Weaker by", weaker.join("; ")] as const]),
  ];
}
