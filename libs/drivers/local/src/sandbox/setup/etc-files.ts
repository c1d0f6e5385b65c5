import { realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bind, SandboxSpec } from "../spec.ts";

/** Writes the files below /etc that tell a program about its network into `dir`, and says where they belong. */
export async function writeEtcFiles(dir: string, spec: SandboxSpec): Promise<Bind[]> {
  const hosts = join(dir, "hosts");
  const hostname = join(dir, "hostname");
  await Promise.all([writeFile(hosts, hostsText(spec)), writeFile(hostname, `${spec.hostname}\n`)]);
  const binds = [bindEtc(hosts, "hosts"), bindEtc(hostname, "hostname")];
  const resolver = spec.network === "host" ? await resolverFile() : undefined;
  return resolver === undefined ? binds : [...binds, bindEtc(resolver, "resolv.conf")];
}

function bindEtc(source: string, name: string): Bind {
  return { source, target: `/etc/${name}`, readOnly: true };
}

function hostsText(spec: SandboxSpec): string {
  const extra = (spec.extraHosts ?? []).map((entry) => {
    const colon = entry.indexOf(":");
    return `${entry.slice(colon + 1)}\t${entry.slice(0, colon)}\n`;
  });
  const own = `127.0.1.1\t${spec.hostname}\n`;
  return `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${own}${extra.join("")}`;
}

async function resolverFile(): Promise<string | undefined> {
  return realpath("/etc/resolv.conf").catch(() => undefined);
}
