import { PackageError } from "@gantry/driver-package";

/** What a check of content found; nothing when all is well. */
export async function damageOf(check: Promise<void>): Promise<PackageError | undefined> {
  try {
    await check;
    return undefined;
  } catch (error) {
    if (error instanceof PackageError) return error;
    throw error;
  }
}
