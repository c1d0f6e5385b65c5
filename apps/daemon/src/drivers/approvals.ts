import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type LockedDriver, type LockedDrivers, PackageError } from "@gantry/driver-package";
import { z } from "zod";
import { replaceFile } from "./lock-store.ts";
import { ParsedFile } from "./parsed-file.ts";

/** Of each driver the seal of what is approved; two of them while the lock file is being replaced. */
const Seals = z.record(z.string(), z.array(z.string()));
type Seals = z.infer<typeof Seals>;

/**
 * What the operator has approved of the home's lock file, sealed with the home's key: an entry that was written by
 * anything but an approval is not acted on.
 */
export class Approvals {
  readonly #file: string;
  readonly #key: string;
  readonly #known: ParsedFile<Seals>;

  constructor(paths: { readonly file: string; readonly key: string }) {
    this.#file = paths.file;
    this.#key = paths.key;
    this.#known = new ParsedFile(paths.file, readSeals);
  }

  /** Makes `drivers` what is approved, while `write` puts them into the lock file: a crash leaves the old or the new. */
  async approve(drivers: LockedDrivers, write: () => Promise<void>): Promise<void> {
    const key = await readFile(this.#key);
    const known = await this.#known.value();
    const seals = Object.fromEntries(
      Object.entries(drivers).map(([name, one]) => [name, [sealOf(key, name, one)]]),
    );
    const names = [...new Set([...Object.keys(known), ...Object.keys(seals)])];
    const both = names.map((name) => [name, [...(known[name] ?? []), ...(seals[name] ?? [])]]);
    await this.#write(Object.fromEntries(both));
    await write();
    await this.#write(seals);
  }

  /** Throws `lock-invalid` unless exactly this was approved. */
  async check(name: string, driver: LockedDriver): Promise<void> {
    const expected = sealOf(await readFile(this.#key), name, driver);
    const found = (await this.#known.value())[name] ?? [];
    if (found.some((seal) => isSame(seal, expected))) return;
    const message = `What gantry.lock of this home says of ${name} was changed by hand; the driver is not started.`;
    throw new PackageError("lock-invalid", message, {
      hint: `Review it, then approve it with \`gantry drivers install '${driver.source}'\`.`,
    });
  }

  #write(seals: Seals): Promise<void> {
    return replaceFile(this.#file, `${JSON.stringify(seals, undefined, 2)}\n`);
  }
}

async function readSeals(path: string): Promise<Seals> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return Seals.safeParse(toData(text)).data ?? {};
}

function sealOf(key: Buffer, name: string, driver: LockedDriver): string {
  const text = JSON.stringify([name, sorted(driver)]);
  const own = Buffer.from(hkdfSync("sha256", key, "", "gantry.lock", 32));
  return createHmac("sha256", own).update(text).digest("base64");
}

/** The order of keys and of lists says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sorted(one))).sort();
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, one]) => [name, sorted(one)]);
}

function isSame(found: string, expected: string): boolean {
  const [one, other] = [Buffer.from(found), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function toData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
