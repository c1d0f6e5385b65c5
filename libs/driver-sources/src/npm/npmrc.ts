import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PackageError } from "@gantry/driver-package";
import { findExecutable, runCommand } from "@gantry/process";

/** Variables of the user's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What npm is told about its registries on this machine. Holds secrets: never printed. */
export interface NpmSettings {
  /** The registry of a scope (`@scope`), or of all else. Ends with a slash. */
  registryOf(scope: string | undefined): string;
  /** The value of the Authorization header for a URL. */
  authorizationFor(url: URL): string | undefined;
  /** Further certificate authorities, in PEM. */
  readonly ca: string | undefined;
}

type Values = ReadonlyMap<string, string>;

const NPM_MS = 30_000;

/**
 * Reads npm's configuration as npm does: environment, the user's `.npmrc`, the machine's. That of a project is left out:
 * whoever wrote the project does not choose where this machine gets its drivers. Where no registry is named, the machine's npm
 * is asked for its own default.
 */
export async function readNpmSettings(env: Environment, signal: AbortSignal): Promise<NpmSettings> {
  const user = setting(env, "userconfig") ?? join(env["HOME"] ?? "/", ".npmrc");
  const files = [await globalFile(env), user];
  const merged = new Map<string, string>();
  for (const file of files)
    for (const [key, value] of await readRc(file, env)) merged.set(key, value);
  for (const key of ["registry", "cafile"]) {
    const value = setting(env, key);
    if (value !== undefined) merged.set(key, value);
  }
  const registry = merged.get("registry") ?? (await askNpm(env, signal));
  return toSettings(merged, registry);
}

async function toSettings(values: Values, registry: string): Promise<NpmSettings> {
  const cafile = values.get("cafile");
  const ca =
    cafile === undefined ? undefined : await readFile(cafile, "utf8").catch(() => undefined);
  return {
    registryOf: (scope) => withSlash((scope && values.get(`${scope}:registry`)) ?? registry),
    authorizationFor: (url) => authorization(values, url),
    ca,
  };
}

/** Credentials belong to a part of a URL; the longest part that fits counts. */
function authorization(values: Values, url: URL): string | undefined {
  const parts = url.pathname.split("/");
  for (let length = parts.length; length > 0; length -= 1) {
    const prefix = `//${url.host}${parts.slice(0, length).join("/")}`.replace(/\/*$/, "/");
    const found = credentialAt(values, prefix);
    if (found !== undefined) return found;
  }
  return undefined;
}

function credentialAt(values: Values, prefix: string): string | undefined {
  const token = values.get(`${prefix}:_authToken`);
  if (token !== undefined) return `Bearer ${token}`;
  const basic = values.get(`${prefix}:_auth`);
  if (basic !== undefined) return `Basic ${basic}`;
  const username = values.get(`${prefix}:username`);
  const password = values.get(`${prefix}:_password`);
  if (username === undefined || password === undefined) return undefined;
  const plain = Buffer.from(password, "base64").toString("utf8");
  return `Basic ${Buffer.from(`${username}:${plain}`).toString("base64")}`;
}

/** npm takes its settings from variables too, in any case. */
function setting(env: Environment, name: string): string | undefined {
  const wanted = `npm_config_${name}`;
  const found = Object.entries(env).find(([key]) => key.toLowerCase() === wanted);
  return found?.[1] || undefined;
}

async function globalFile(env: Environment): Promise<string> {
  const given = setting(env, "globalconfig");
  if (given !== undefined) return given;
  const npm = await findExecutable("npm", env["PATH"]);
  return npm === undefined ? "/etc/npmrc" : join(dirname(dirname(npm)), "etc/npmrc");
}

async function readRc(file: string, env: Environment): Promise<Values> {
  const text = await readFile(file, "utf8").catch(() => "");
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([^#;\s=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    values.set(key, expanded(value.replace(/^(["'])(.*)\1$/, "$2"), env));
  }
  return values;
}

/** `${NAME}` stands for a variable; npm leaves one that is not set as it is written. */
function expanded(value: string, env: Environment): string {
  return value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => env[name] ?? whole);
}

async function askNpm(env: Environment, signal: AbortSignal): Promise<string> {
  const npm = await findExecutable("npm", env["PATH"]);
  if (npm === undefined) throw noRegistry();
  try {
    const { stdout } = await runCommand(npm, ["config", "get", "registry"], {
      // Not within a project, whose own settings would count.
      cwd: "/",
      env: Object.fromEntries(["PATH", "HOME"].map((name) => [name, env[name] ?? ""])),
      signal: AbortSignal.any([signal, AbortSignal.timeout(NPM_MS)]),
    });
    return new URL(stdout.toString("utf8").trim()).href;
  } catch (cause) {
    signal.throwIfAborted();
    throw noRegistry(cause);
  }
}

function noRegistry(cause?: unknown): PackageError {
  return new PackageError(
    "registry-unreachable",
    "No npm registry is configured on this machine.",
    {
      hint: "Write `registry=URL` to ~/.npmrc, or install from a tarball or with oci://.",
      cause,
    },
  );
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
