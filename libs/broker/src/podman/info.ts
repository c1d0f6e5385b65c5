import { plain } from "../calls/system.ts";
import type { Prepare } from "../calls/call.ts";
import { isRecord } from "../create/rules.ts";

/** What Podman can do; not what it holds, nor how its host is set up. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  host: [
    "arch",
    "buildahVersion",
    "cgroupControllers",
    "cgroupManager",
    "cgroupVersion",
    "cpus",
    "logDriver",
    "memTotal",
    "networkBackend",
    "ociRuntime",
    "os",
    "security",
    "serviceIsRemote",
  ],
  store: ["graphDriverName"],
  version: ["APIVersion", "OsArch", "Version"],
};

/** `GET /libpod/info` */
export const info: Prepare = async (call) => {
  return { ...(await plain(call)), reply: { kind: "json", rewrite: abridge } };
};

async function abridge(value: unknown): Promise<unknown> {
  const whole = isRecord(value) ? value : {};
  const parts = Object.entries(FIELDS).map(([part, names]) => {
    const all = whole[part];
    const fields = Object.entries(isRecord(all) ? all : {});
    return [part, Object.fromEntries(fields.filter(([name]) => names.includes(name)))] as const;
  });
  return Object.fromEntries(parts);
}
