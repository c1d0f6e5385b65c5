import { realpath, stat } from "node:fs/promises";
import type { Step } from "../enter/recipe.ts";
import { ConfineError } from "../errors.ts";
import type { ConfineRequest } from "../request.ts";
import { within } from "./within.ts";

/** Steps for the granted devices, each at its own place. Those that the machine lacks are left out. */
export async function deviceSteps(request: ConfineRequest): Promise<readonly Step[]> {
  const steps = await Promise.all(request.granted.devices.map((path) => step(request, path)));
  return steps.flat();
}

async function step({ name }: ConfineRequest, path: string): Promise<readonly Step[]> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return [];
  const found = await stat(real);
  const device = found.isCharacterDevice() || found.isBlockDevice() || found.isDirectory();
  if (device && within("/dev", real) && real !== "/dev") return [["bind", "dev", real, real]];
  throw new ConfineError("grant-refused", `Driver ${name} cannot be given ${path}: no device.`, {
    hint: "Name a device file in /dev, or a directory of some.",
  });
}
