import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** What an endpoint of this driver may set. */
export const PodmanOptions = z
  .object({
    host: z
      .string()
      .min(1)
      .meta({
        description:
          "Address of the Podman service: unix:///PATH. Default: the socket that Podman itself has for this user.",
      })
      .optional(),
  })
  .strict();
export type PodmanOptions = z.infer<typeof PodmanOptions>;

/** Checks options as they come from a configuration. Throws `invalid-options`. */
export function parseOptions(options: Readonly<Record<string, unknown>>): PodmanOptions {
  const parsed = PodmanOptions.safeParse(options);
  if (!parsed.success) throw invalidOptions(z.prettifyError(parsed.error));
  return parsed.data;
}

/** The options that Podman's tools would take from `environment`. Reads no file. */
export function podmanOptionsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): PodmanOptions {
  const { CONTAINER_HOST, XDG_RUNTIME_DIR } = environment;
  if (CONTAINER_HOST) return { host: CONTAINER_HOST };
  if (XDG_RUNTIME_DIR && process.getuid?.() !== 0)
    return { host: `unix://${XDG_RUNTIME_DIR}/podman/podman.sock` };
  return {};
}
