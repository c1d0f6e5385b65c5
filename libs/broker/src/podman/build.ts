import { isRecord } from "../create/rules.ts";
import { lacks, refused, unclear } from "../denied.ts";
import { imageLabels, withLabels } from "../labels/labels.ts";
import { type Call, hasReach, type Prepare } from "../calls/call.ts";

/** Parameters of `POST /libpod/build`. What more there is would name files of the host, or its devices, or loosen what keeps a step in. */
export const BUILD_QUERY = [
  "additionalbuildcontexts",
  "buildargs",
  "cachefrom",
  "cacheto",
  "dockerfile",
  "extrahosts",
  "forcerm",
  "httpproxy",
  "identitylabel",
  "jobs",
  "labels",
  "layers",
  "networkmode",
  "nocache",
  "nsoptions",
  "outputformat",
  "platform",
  "pullpolicy",
  "rm",
  "secrets",
  "t",
  "target",
  "tlsVerify",
];

/**
 * `POST /libpod/build`: the image gets the owner's labels. Podman unpacks the context on the host and follows the links in
 * it, for the Dockerfile, for secrets and while it unpacks: so a build is as much as a mount.
 */
export const build: Prepare = async (call) => {
  const { query, room, own } = call;
  if (!hasReach(call, "host-mounts"))
    throw lacks("reach: host-mounts", "A build by Podman, which reads links in its context,");
  plainName(query.get("dockerfile") ?? "Dockerfile");
  checkSecrets(query.get("secrets") ?? "");
  checkNamespaces(call);
  if (isOn(query.get("httpproxy"))) throw refused("A build with the service's own proxies");
  for (const name of query.getAll("t")) if (name !== "") await own.freeName(name);
  const given = readLabels(query.get("labels") ?? "");
  withLabels(given, room.labels, room.owner);
  query.set("labels", labelsText({ ...given, ...imageLabels(room.labels) }));
  // Left out, it would be on.
  query.set("httpproxy", "false");
  return { path: call.template, query, body: "stream" };
};

/** Podman takes an object, and a list of `NAME=VALUE`. */
function readLabels(text: string): Record<string, unknown> {
  const isEither = (value: unknown): value is Record<string, unknown> | unknown[] =>
    Array.isArray(value) || isRecord(value);
  const given = readJson(text, isEither) ?? {};
  if (!Array.isArray(given)) return given;
  return Object.fromEntries(
    given.map((one) => {
      const [name = "", ...value] = String(one).split("=");
      return [name, value.join("=")];
    }),
  );
}

/** A list: of an object Podman takes them in another order each time, and each is a step for its cache. */
function labelsText(labels: Record<string, unknown>): string {
  const entries = Object.entries(labels);
  const odd = entries.find(([name]) => /[=\s]/.test(name));
  if (odd !== undefined) throw refused(`Label ${JSON.stringify(odd[0].slice(0, 60))}`);
  return JSON.stringify(entries.map(([name, value]) => `${name}=${String(value)}`).toSorted());
}

const isOn = (word: string | null): boolean => word !== null && !["0", "false", ""].includes(word);

/** A file at the top of the context. */
function plainName(name: string): void {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.startsWith(".."))
    throw refused(`A file of a build by the name of ${JSON.stringify(name.slice(0, 60))}`);
}

/** `id=ID,src=FILE` each, the file one of the context: another kind would be a variable of the service's. */
function checkSecrets(text: string): void {
  for (const secret of readJson(text, Array.isArray) ?? []) {
    const file = /^id=[\w.-]+,src=([^,=]+)$/.exec(String(secret))?.[1];
    if (file === undefined) throw refused("A secret of a build that is no file of its context");
    plainName(file);
  }
}

/** Only the network may be said: a step's own, or the host's with that reach. */
function checkNamespaces(call: Call): void {
  const policy = call.query.get("networkmode") ?? "";
  if (policy !== "" && policy !== "NetworkDisabled") throw refused(`networkmode = ${policy}`);
  for (const space of readJson(call.query.get("nsoptions") ?? "", Array.isArray) ?? []) {
    const { Name, Host, Path, ...more } = isRecord(space) ? space : { Name: undefined };
    const isKnown = Name === "network" && Path === "" && Object.keys(more).length === 0;
    if (!isKnown || typeof Host !== "boolean") throw refused("A namespace of a build");
    if (Host && !hasReach(call, "host-namespaces"))
      throw lacks("reach: host-namespaces", "A build on the host's network");
  }
}

function readJson<Kind>(text: string, isKind: (value: unknown) => value is Kind): Kind | undefined {
  if (text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(unclear("a parameter of its build is not JSON"), { cause });
  }
  if (isKind(value)) return value;
  throw unclear("a parameter of its build is JSON of another kind");
}
