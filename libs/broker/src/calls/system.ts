import { isRecord } from "../create/rules.ts";
import type { Prepare } from "./call.ts";
import { fill } from "./names.ts";

/** Passes as it is. */
export const plain: Prepare = async (call) => ({
  path: fill(call, {}),
  query: call.query,
  body: "none",
});

/** What the engine can do; not what it holds, nor how its host is set up. */
const INFO_FIELDS: ReadonlySet<string> = new Set([
  "Architecture",
  "CPUSet",
  "CPUShares",
  "CgroupDriver",
  "CgroupVersion",
  "CpuCfsPeriod",
  "CpuCfsQuota",
  "Driver",
  "DriverStatus",
  "Isolation",
  "KernelVersion",
  "LoggingDriver",
  "MemTotal",
  "MemoryLimit",
  "NCPU",
  "OSType",
  "OperatingSystem",
  "OomKillDisable",
  "PidsLimit",
  "SecurityOptions",
  "ServerVersion",
  "SwapLimit",
]);

/** `GET /info` */
export const info: Prepare = async (call) => {
  return { ...(await plain(call)), reply: { kind: "json", rewrite: abridge } };
};

async function abridge(value: unknown): Promise<unknown> {
  const fields = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(fields.filter(([field]) => INFO_FIELDS.has(field)));
}

/** `POST /auth`: the credentials are the client's, and go to the registry that it names. */
export const checkLogin: Prepare = async (call) => ({
  path: call.template,
  query: call.query,
  body: "stream",
});
