import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** The options of an endpoint of the debug driver. */
export const DebugOptions = z.strictObject({
  /** Print the content of files that are not sensitive, too. */
  showFiles: z.boolean().default(false),
});
export type DebugOptions = z.output<typeof DebugOptions>;

/** Reads an endpoint's options. Throws `DriverError` with code `invalid-options`. */
export function readOptions(options: Readonly<Record<string, unknown>>): DebugOptions {
  const parsed = DebugOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidOptions(`Options of the debug driver: ${issues.join("; ")}.`);
}
