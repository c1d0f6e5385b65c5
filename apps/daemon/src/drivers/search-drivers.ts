import { PackageError } from "@gantry/driver-package";
import { manifestIn } from "@gantry/driver-sources";
import type { DriverRoom, UserEnvironment } from "./driver-room.ts";

export interface FoundDriver {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly publisher: string;
  readonly spec: string;
}

/** Drivers that come with Gantry, then those of the npm registry; a registry that is away takes nothing from the former. */
export async function searchDrivers(
  room: DriverRoom,
  { text, environment }: { readonly text: string; readonly environment: UserEnvironment },
  signal: AbortSignal,
): Promise<{ readonly found: readonly FoundDriver[]; readonly notice?: string }> {
  const own = (await shippedOnes(room)).filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(text.toLowerCase()),
  );
  try {
    const registry = await (await room.world(environment, signal)).npm();
    const found = await registry.search(text, { signal });
    return { found: [...own, ...found.map((one) => ({ ...one, spec: `npm:${one.name}` }))] };
  } catch (error) {
    if (error instanceof PackageError)
      return { found: own, notice: `${error.message} ${error.hint}` };
    throw error;
  }
}

async function shippedOnes({ shipped }: DriverRoom): Promise<readonly FoundDriver[]> {
  const names = await shipped.names();
  const found: FoundDriver[] = [];
  for (const spec of names) {
    const manifest = await manifestIn(await shipped.directory(spec));
    if (manifest === undefined) continue;
    const { name, version, description, publisher } = manifest;
    found.push({ name, version, description, publisher, spec });
  }
  return found;
}
