import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** What an endpoint of this driver may set. */
export const DockerOptions = z
  .object({
    host: z
      .string()
      .min(1)
      .meta({
        description:
          "Address of the engine: unix:///path, tcp://host:port, ssh://user@host. Excludes context.",
      })
      .optional(),
    context: z
      .string()
      .min(1)
      .meta({ description: "Name of a docker context. Default: the current one." })
      .optional(),
    config: z
      .string()
      .min(1)
      .meta({ description: "Directory of the docker CLI's config.json and contexts." })
      .optional(),
    certPath: z
      .string()
      .min(1)
      .meta({ description: "Directory with ca.pem, cert.pem and key.pem. Default: config." })
      .optional(),
    tls: z.boolean().meta({ description: "TLS without checking who answers." }).optional(),
    tlsVerify: z
      .boolean()
      .meta({ description: "TLS, and the engine must prove itself." })
      .optional(),
    helperEnvironment: z
      .record(z.string(), z.string())
      .meta({
        description: "Environment of docker-credential-* programs and of ssh; PATH finds them.",
      })
      .optional(),
    lostAfterSeconds: z
      .number()
      .nonnegative()
      .meta({ description: "How long an engine that went away may take to come back. Default 30." })
      .optional(),
  })
  .strict();
export type DockerOptions = z.infer<typeof DockerOptions>;

/** Checks options as they come from a configuration. Throws `invalid-options`. */
export function parseOptions(options: Readonly<Record<string, unknown>>): DockerOptions {
  const parsed = DockerOptions.safeParse(options);
  if (!parsed.success) throw invalidOptions(z.prettifyError(parsed.error));
  const { host, context } = parsed.data;
  if (host !== undefined && context !== undefined) {
    throw invalidOptions(`Options host (${host}) and context (${context}) exclude each other.`);
  }
  return parsed.data;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that credential helpers and ssh live on; nothing else of the environment reaches them. */
const HELPER_VARIABLES = [
  "PATH",
  "HOME",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "GNUPGHOME",
  "SSH_AUTH_SOCK",
];

/**
 * The options that the docker CLI would read from `environment`: DOCKER_HOST before DOCKER_CONTEXT, TLS as soon as
 * DOCKER_TLS_VERIFY is not empty, DOCKER_CONFIG or `~/.docker`. Reads no file: contexts are looked up at first contact.
 */
export function dockerOptionsFromEnvironment(environment: Environment): DockerOptions {
  const value = (name: string): string | undefined => environment[name] || undefined;
  const host = value("DOCKER_HOST");
  const context = host === undefined ? value("DOCKER_CONTEXT") : undefined;
  const home = value("HOME");
  const config = value("DOCKER_CONFIG") ?? (home === undefined ? undefined : `${home}/.docker`);
  const certPath = value("DOCKER_CERT_PATH");
  return {
    ...(host !== undefined && { host }),
    ...(context !== undefined && { context }),
    ...(config !== undefined && { config }),
    ...(certPath !== undefined && { certPath }),
    ...(value("DOCKER_TLS") !== undefined && { tls: true }),
    ...(value("DOCKER_TLS_VERIFY") !== undefined && { tlsVerify: true }),
    helperEnvironment: helperEnvironment(environment),
  };
}

function helperEnvironment(environment: Environment): Record<string, string> {
  const entries = HELPER_VARIABLES.map((name) => [name, environment[name]] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
