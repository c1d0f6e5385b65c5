import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { EngineUnavailableError } from "../errors.ts";
import { lock } from "./home.ts";
import { runTool, toolEnv } from "./tool.ts";

const POLICY = "/usr/sbin/policy-rc.d";
const POLICY_TEXT =
  "#!/bin/sh\n# Written by gantry-engines while it installs packages.\nexit 101\n";

async function removeOwnPolicy(): Promise<void> {
  const text = await readFile(POLICY, "utf8").catch(() => "");
  if (text === POLICY_TEXT) await rm(POLICY, { force: true });
}

/** Keeps the services of the installed packages from being started: only private ones are wanted. */
async function forbidServices(): Promise<AsyncDisposable> {
  await removeOwnPolicy();
  if (!existsSync(POLICY)) {
    await writeFile(POLICY, POLICY_TEXT, { flag: "wx", mode: 0o755 });
  }
  return { [Symbol.asyncDispose]: removeOwnPolicy };
}

async function isKnown(debianPackage: string): Promise<boolean> {
  return runTool(["apt-cache", "show", "--no-all-versions", debianPackage]).then(
    (text) => text !== "",
    () => false,
  );
}

/*
 * Neither command is cut short by an abort, which would leave the package database half-written: the caller looks
 * at its signal afterwards.
 */
const APT = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"];

async function aptGet(...words: readonly string[]): Promise<void> {
  await runTool([...APT, ...words], { env: toolEnv({ DEBIAN_FRONTEND: "noninteractive" }) });
}

/** Installs Debian packages, without starting their services. One run at a time. Needs root. */
export async function installPackages(
  packages: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await using held = new AsyncDisposableStack();
  held.use(await lock("apt", signal));
  held.use(await forbidServices());
  const known = await Promise.all(packages.map(isKnown));
  if (known.includes(false)) await aptGet("update");
  signal.throwIfAborted();
  await aptGet("install", "--no-install-recommends", ...packages);
  signal.throwIfAborted();
}

/** One line of what apt is told about the archives of this machine. */
interface Archive {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  readonly keyring: string | undefined;
}

async function archives(): Promise<readonly Archive[]> {
  const fields = ["REPO_URI", "RELEASE", "COMPONENT", "SIGNED_BY"].map((name) => `$(${name})`);
  const format = fields.join("|");
  const text = await runTool([
    "apt-get",
    "indextargets",
    "--no-release-info",
    "--format",
    format,
    "Created-By: Packages",
  ]);
  return [...new Set(text.split("\n"))].flatMap((line) => {
    const [uri = "", suite = "", component = "", key = ""] = line.split("|");
    const keyring = key.startsWith("/") ? key : undefined;
    return suite === "" ? [] : [{ uri: uri.replace(/\/$/, ""), suite, component, keyring }];
  });
}

/** How this machine reaches the archive of a Debian release, and how a container can do the same. */
export interface AptSetup {
  /** The archive that has the release itself. */
  readonly mirror: string;
  readonly keyring: string | undefined;
  /** The text of `sources.list`: the release with its updates and security fixes. */
  readonly sources: string;
  /** The text of a file in `apt.conf.d`: proxies and the like. */
  readonly configuration: string;
  readonly usesTls: boolean;
}

/** Settings of how to reach an archive, and none of what is fetched from it. */
const NETWORK_SETTING =
  /^Acquire::(?:https?::(?!.*(?:Cert|Key|CAInfo|CAPath))|Retries|Check-Valid-Until|Check-Date|ForceIPv[46]|AllowInsecure)/;

async function configuration(): Promise<string> {
  const dump = (await runTool(["apt-config", "dump"])).split("\n");
  const settings = dump.filter((line) => NETWORK_SETTING.test(line) && !line.endsWith(' "";'));
  const has = (scheme: string) =>
    settings.some((line) => line.startsWith(`Acquire::${scheme}::Proxy `));
  const proxies = ["http", "https"].flatMap((scheme) => {
    const url = process.env[`${scheme}_proxy`];
    return url === undefined || url === "" || has(scheme)
      ? []
      : [`Acquire::${scheme}::Proxy "${url}";`];
  });
  return [...settings, ...proxies, ""].join("\n");
}

/** Reads it from the machine's own apt. Throws when the machine has no archive of that release. */
export async function readAptSetup(codename: string): Promise<AptSetup> {
  const suites = [codename, `${codename}-updates`, `${codename}-security`];
  const all = (await archives()).filter(({ suite }) => suites.includes(suite));
  const main = all.find(({ suite, component }) => suite === codename && component === "main");
  if (main === undefined) {
    throw new EngineUnavailableError(`this machine's apt sources have no Debian ${codename}`);
  }
  const lines = all.map(({ uri, suite, component }) => `deb ${uri} ${suite} ${component}`);
  return {
    mirror: main.uri,
    keyring: main.keyring,
    sources: `${[...new Set(lines)].join("\n")}\n`,
    configuration: await configuration(),
    usesTls: all.some(({ uri }) => uri.startsWith("https:")),
  };
}
