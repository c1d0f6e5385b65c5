import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "@gantry/process";
import { z } from "zod";
import { OciError, systemCode } from "../errors.ts";

/** How to prove who asks. Never printed. */
export type Credential =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** An OAuth refresh token, exchanged for a token of each repository. */
  | { readonly kind: "identity"; readonly token: string };

/** Finds the credential for a registry (`host[:port]`, `docker.io` for the Hub); `undefined` means anonymous. */
export type CredentialSource = (
  registry: string,
  signal?: AbortSignal,
) => Promise<Credential | undefined>;

export interface DockerCredentialOptions {
  /** Directory of `config.json`: what DOCKER_CONFIG names, else `.docker` in the home directory. */
  readonly directory: string;
  /** The file itself, where it has another name or place. */
  readonly file?: string;
  /** Environment of credential helpers; its PATH finds them. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const Config = z.looseObject({
  auths: z
    .record(
      z.string(),
      z.looseObject({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .nullish(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});
type Config = z.infer<typeof Config>;

const Answer = z.looseObject({ Username: z.string(), Secret: z.string() });

const HUB_KEY = "https://index.docker.io/v1/";
const HELPER_MS = 30_000;
const MAX_ANSWER = 64 * 1024;

/**
 * Credentials as the docker CLI keeps them: `credHelpers`, then `credsStore` (both run as
 * `docker-credential-NAME get`), then `auths` in the file. An absent file means anonymous.
 */
export function dockerCredentials(options: DockerCredentialOptions): CredentialSource {
  return async (registry, signal) => {
    const config = await readConfig(options.file ?? join(options.directory, "config.json"));
    if (config === undefined) return undefined;
    const helper =
      config.credHelpers?.[registry] ?? config.credHelpers?.[keyOf(registry)] ?? config.credsStore;
    const found =
      helper === undefined || helper === ""
        ? undefined
        : await ask(helper, registry, { ...options, signal });
    return found ?? fromFile(config, registry);
  };
}

function keyOf(registry: string): string {
  return registry === "docker.io" ? HUB_KEY : registry;
}

async function readConfig(path: string): Promise<Config | undefined> {
  try {
    return Config.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    // The parser's message may quote the file, and with it a secret.
    throw new OciError("credentials", `Cannot read the Docker configuration ${path}`, {
      hint: "Check that it is JSON as `docker login` writes it, and readable.",
    });
  }
}

function fromFile(config: Config, registry: string): Credential | undefined {
  const wanted = hostOf(keyOf(registry));
  const entry = Object.entries(config.auths ?? {}).find(
    ([key]) => key === keyOf(registry) || hostOf(key) === wanted,
  );
  if (entry === undefined) return undefined;
  const { auth, username, password, identitytoken } = entry[1];
  if (identitytoken) return { kind: "identity", token: identitytoken };
  if (username && password) return { kind: "password", username, password };
  if (!auth) return undefined;
  const [name, ...rest] = Buffer.from(auth, "base64")
    .toString("utf8")
    .replaceAll("\0", "")
    .split(":");
  return rest.length === 0
    ? undefined
    : { kind: "password", username: name ?? "", password: rest.join(":") };
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

async function ask(
  helper: string,
  registry: string,
  options: Pick<DockerCredentialOptions, "env"> & { readonly signal?: AbortSignal | undefined },
): Promise<Credential | undefined> {
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) throw helperFailed(helper, "its name is not valid");
  const { code, stdout } = await runHelper(helper, keyOf(registry), options);
  if (code !== 0) {
    if (/not found|no credentials/i.test(stdout)) return undefined;
    throw helperFailed(helper, `it ended with exit code ${code}`);
  }
  const parsed = Answer.safeParse(parseOr(stdout));
  if (!parsed.success) throw helperFailed(helper, "its answer is not the expected JSON");
  const { Username: username, Secret: secret } = parsed.data;
  if (secret === "") return undefined;
  return username === "<token>"
    ? { kind: "identity", token: secret }
    : { kind: "password", username, password: secret };
}

async function runHelper(
  helper: string,
  key: string,
  { env, signal }: { env: DockerCredentialOptions["env"]; signal?: AbortSignal | undefined },
): Promise<{ code: number | null; stdout: string }> {
  const timeout = AbortSignal.timeout(HELPER_MS);
  try {
    const { exit, stdout } = await runCommand(`docker-credential-${helper}`, ["get"], {
      env,
      input: key,
      maxBytes: MAX_ANSWER,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return { code: exit.code, stdout: stdout.toString("utf8") };
  } catch (cause) {
    signal?.throwIfAborted();
    throw helperFailed(
      helper,
      timeout.aborted ? "it did not answer in time" : "it cannot be run",
      cause,
    );
  }
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller reports the shape, never the text, which may hold the secret.
    return undefined;
  }
}

function helperFailed(helper: string, why: string, cause?: unknown): OciError {
  return new OciError(
    "credentials",
    `The credential helper docker-credential-${helper} gave nothing: ${why}`,
    {
      hint: "Run `docker login` again, or remove the helper from the Docker configuration.",
      cause,
    },
  );
}
