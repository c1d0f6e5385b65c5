import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** The options of an endpoint of the command driver. */
export const CommandOptions = z
  .strictObject({
    /** The driver's name: the executable is `cnab-NAME`, in lower case. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
      .optional(),
    /** Absolute path of the executable, instead of a search. */
    executable: z.string().startsWith("/").optional(),
    /** Directories to search, as in PATH. Default: PATH. */
    path: z.string().optional(),
    /** Names of variables of Gantry's own environment that the executable may see; a final `*` stands for any ending. */
    environment: z.array(z.string().min(1)).default([]),
    /** Also give the executable Gantry's whole environment and every variable of the run, as older tools did. */
    classicEnvironment: z.boolean().default(false),
    /** Milliseconds for `--handles` to answer. */
    handlesTimeoutMs: z.int().positive().default(5_000),
  })
  .refine(({ name, executable }) => (name === undefined) !== (executable === undefined), {
    message: "expected exactly one of `name` and `executable`",
  });
export type CommandOptions = z.output<typeof CommandOptions>;

/** Reads an endpoint's options. Throws `DriverError` with code `invalid-options`. */
export function readOptions(options: Readonly<Record<string, unknown>>): CommandOptions {
  const parsed = CommandOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw invalidOptions(`Options of the command driver: ${issues.join("; ")}.`);
}
