import { join } from "node:path";
import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** What an endpoint of this driver may set. */
export const BuildxOptions = z
  .object({
    builder: z
      .string()
      .min(1)
      .meta({
        description:
          "Name of a builder instance: docker buildx ls. Default: the current one, as the plugin has it.",
      })
      .optional(),
    output: z
      .enum(["layout", "engine", "registry"])
      .meta({
        description:
          "Where images land: layout (Gantry's content store, the default), engine (the docker engine), registry (pushed under their names).",
      })
      .optional(),
    program: z
      .string()
      .min(1)
      .meta({ description: "Path of the plugin. Default: where the docker CLI looks for it." })
      .optional(),
    environment: z
      .record(z.string(), z.string())
      .meta({
        description:
          "Environment of the plugin and of the docker CLI: PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, KUBECONFIG, proxies.",
      })
      .optional(),
  })
  .strict();
export type BuildxOptions = z.infer<typeof BuildxOptions>;

/** Checks options as they come from a configuration. Throws `invalid-options`. */
export function parseOptions(options: Readonly<Record<string, unknown>>): BuildxOptions {
  const parsed = BuildxOptions.safeParse(options);
  if (!parsed.success) throw invalidOptions(z.prettifyError(parsed.error));
  return parsed.data;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the plugin, the docker CLI, credential helpers and a kubernetes builder live on; nothing else reaches them. */
const VARIABLES = [
  "BUILDX_CONFIG",
  "DBUS_SESSION_BUS_ADDRESS",
  "DOCKER_CERT_PATH",
  "DOCKER_CONFIG",
  "DOCKER_CONTEXT",
  "DOCKER_HOST",
  "DOCKER_TLS",
  "DOCKER_TLS_VERIFY",
  "GNUPGHOME",
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "KUBECONFIG",
  "NO_PROXY",
  "PATH",
  "SSH_AUTH_SOCK",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** The options that the plugin itself would take from `environment`: BUILDX_BUILDER and what it reaches engines with. Reads no file. */
export function buildxOptionsFromEnvironment(environment: Environment): BuildxOptions {
  const builder = environment["BUILDX_BUILDER"];
  const given = VARIABLES.map((name) => [name, environment[name]] as const);
  return {
    ...(builder && { builder }),
    environment: Object.fromEntries(
      given.filter((entry): entry is [string, string] => Boolean(entry[1])),
    ),
  };
}

/** Where the docker CLI keeps its configuration and credentials; `undefined` where nothing says so. */
export function configDir({ environment = {} }: BuildxOptions): string | undefined {
  const { DOCKER_CONFIG, HOME } = environment;
  return DOCKER_CONFIG ?? (HOME === undefined ? undefined : join(HOME, ".docker"));
}
