import { join } from "node:path";
import { z } from "zod";
import { localError } from "./errors.ts";

/** What an endpoint of the local driver may set. */
export const LocalOptions = z.strictObject({
  /** Directory of the `config.json` with registry credentials, as the docker CLI keeps them. */
  dockerConfigDir: z.string().min(1).exactOptional(),
  /** PATH on which credential helpers are found. */
  helperPath: z.string().exactOptional(),
});
export type LocalOptions = z.infer<typeof LocalOptions>;

/** Reads options; throws `invalid-options` naming the first that is wrong. */
export function parseOptions(options: Readonly<Record<string, unknown>>): LocalOptions {
  const read = LocalOptions.safeParse(options);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw localError(
    "invalid-options",
    `Option ${where || "of the local driver"}: ${issue?.message ?? "not valid"}.`,
    {
      hint: "The local driver knows dockerConfigDir and helperPath.",
    },
  );
}

/** Credentials where the docker CLI of this user has them. */
export function localOptionsFromEnvironment(
  environment: Readonly<Record<string, string>>,
): LocalOptions {
  const { DOCKER_CONFIG, HOME, PATH } = environment;
  const dockerConfigDir = DOCKER_CONFIG ?? (HOME === undefined ? undefined : join(HOME, ".docker"));
  return {
    ...(dockerConfigDir === undefined ? {} : { dockerConfigDir }),
    ...(PATH === undefined ? {} : { helperPath: PATH }),
  };
}
