import { type Findings, isRecord, isZero } from "../create/rules.ts";
import { network } from "../create/modes.ts";
import { lacks, refused, unclear } from "../denied.ts";
import { imageLabels, withLabels } from "../labels/labels.ts";
import { type Call, hasReach, type Prepare } from "./call.ts";
import { settle } from "./containers.ts";

/** Parameters of `POST /build` that mean nothing beyond the build itself. */
export const BUILD_QUERY = [
  "buildargs",
  "buildid",
  "cachefrom",
  "cpuperiod",
  "cpuquota",
  "cpusetcpus",
  "cpusetmems",
  "cpushares",
  "dockerfile",
  "extrahosts",
  "forcerm",
  "isolation",
  "labels",
  "memory",
  "memswap",
  "networkmode",
  "nocache",
  "outputs",
  "platform",
  "pull",
  "q",
  "remote",
  "rm",
  "session",
  "shmsize",
  "squash",
  "t",
  "target",
  "ulimits",
  "version",
];

/** `POST /build`, by the engine's old builder or by its BuildKit: the image gets the owner's labels. */
export const build: Prepare = async (call) => {
  const { query, room, own } = call;
  const remote = query.get("remote") ?? "";
  if (remote !== "" && remote !== "client-session")
    throw refused("A context that the engine fetches itself");
  await checkNetwork(call);
  checkOutputs(query.get("outputs") ?? "");
  for (const name of query.getAll("t")) if (name !== "") await own.freeName(name);
  const given = readLabels(query.get("labels") ?? "");
  withLabels(given, room.labels, room.owner);
  query.set("labels", JSON.stringify({ ...given, ...imageLabels(room.labels) }));
  const body = remote === "client-session" ? "none" : "stream";
  return { path: "/build", query, body };
};

async function checkNetwork(call: Call): Promise<void> {
  const references: Findings["references"] = [];
  const findings = {
    hasReach: (reach: Parameters<typeof hasReach>[1]) => hasReach(call, reach),
    references,
  };
  const replace = (value: unknown): void => call.query.set("networkmode", String(value));
  network(call.query.get("networkmode") ?? "", { name: "networkmode", findings, replace });
  await settle(call, references);
}

/** Results that go back to the client, or nowhere. What the engine keeps is named by `t`, which is looked at. */
const OUTPUTS: ReadonlySet<unknown> = new Set(["cacheonly", "local", "oci", "tar"]);

function checkOutputs(text: string): void {
  if (text === "") return;
  const outputs = parse(text);
  const areKnown =
    Array.isArray(outputs) &&
    outputs.every((output) => isRecord(output) && (OUTPUTS.has(output["Type"]) || isPlain(output)));
  if (!areKnown) throw refused("An output of another kind than local, tar, oci or cacheonly");
}

function isPlain({ Type, Attrs, ...more }: Record<string, unknown>): boolean {
  return (Type === "" || Type === "moby") && isZero(Attrs) && isZero(more);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readLabels(text: string): Record<string, unknown> {
  if (text === "") return {};
  const value = parse(text);
  if (isRecord(value)) return value;
  throw unclear("its labels are no JSON object");
}

/** `POST /session`: the engine's BuildKit calls the client on it, and the client only answers. */
export const session: Prepare = async ({ query }) => ({ path: "/session", query, body: "none" });

/** `POST /grpc`: all of BuildKit, which this does not look into. */
export const grpc: Prepare = async (call) => {
  if (!hasReach(call, "raw-socket"))
    throw lacks("reach: raw-socket", "BuildKit's own interface (/grpc; use POST /build)");
  return { path: "/grpc", query: call.query, body: "none" };
};
