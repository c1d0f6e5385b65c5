import { capability } from "../create/powers.ts";
import { isMemoryOption } from "../create/mounts.ts";
import {
  each,
  free,
  isRecord,
  isZero,
  need,
  object,
  oneOf,
  type Place,
  record,
  refusedField,
  type Rule,
  textOf,
  unset,
  withReach,
} from "../create/rules.ts";
import { refused } from "../denied.ts";

const text: Rule = (value, place) => void textOf(value, place);

const image: Rule = (value, place) => {
  const ref = textOf(value, place);
  place.findings.references.push({ kind: "image", ref, replace: place.replace });
};

/** Networks that every container may have: the usual one of Podman's, or none. */
const OWN_MODES: ReadonlySet<unknown> = new Set(["default", "private", "bridge", "none"]);

/** Where a container's network comes from: `{ nsmode, value }`. */
const networkSpace: Rule = (value, place) => {
  if (isZero(value)) return;
  object({ nsmode: text, value: unset })(value, place);
  const mode = isRecord(value) ? (value["nsmode"] ?? "") : "";
  if (mode === "" || OWN_MODES.has(mode)) return;
  if (mode !== "host") throw refusedField(place, value);
  need("host-namespaces", `${place.name} = "host"`, place);
};

/** Networks by their names: the owner's. Who may have the host's own network may have any. */
const networks: Rule = (value, place) => {
  record(object({ aliases: free }))(value, place);
  for (const name of isRecord(value) ? Object.keys(value) : []) joinNetwork(name, place);
};

function joinNetwork(ref: string, { findings }: Place): void {
  if (findings.hasReach("host-namespaces")) return;
  findings.references.push({ kind: "network", ref, replace: () => undefined });
}

const MOUNT = { type: free, destination: text, source: text, options: each(text) };

/** One entry of `mounts`. */
const mount: Rule = (value, place) => {
  if (!isRecord(value)) throw refused(`${place.name}, which is no object,`);
  if (value["type"] === "bind") {
    need("host-mounts", `${place.name} of type bind`, place);
    return object(MOUNT)(value, place);
  }
  if (value["type"] !== "tmpfs")
    throw refused(`${place.name} of type ${JSON.stringify(value["type"])}`);
  object({ ...MOUNT, source: oneOf(["tmpfs"]), options: each(memoryOption) })(value, place);
};

const memoryOption: Rule = (value, place) => {
  if (!isMemoryOption(value)) throw refusedField(place, value);
};

/** A file of the host that is appended to. */
const logPath: Rule = (value, place) => {
  if (isZero(value)) return;
  const ref = textOf(value, place);
  place.findings.references.push({ kind: "log", ref, replace: () => undefined });
};

const LIMITS = {
  memory: object({ limit: free, swap: free, reservation: free }),
  cpu: object({ quota: free, period: free, shares: free, cpus: free, mems: free }),
  pids: object({ limit: free }),
};

/**
 * The body of `POST /libpod/containers/create`. Podman's words for a container are many; these are the ones whose
 * meaning was looked at, and whatever else is said is refused.
 */
export const containerSpec: Rule = object({
  cap_add: each(capability),
  cap_drop: free,
  command: each(text),
  entrypoint: each(text),
  env: record(text),
  hostname: text,
  // The service's own proxies would be its environment's, with the passwords in them.
  httpproxy: unset,
  image,
  labels: record(text),
  log_configuration: object({
    driver: oneOf(["k8s-file", "none"]),
    path: logPath,
    size: free,
  }),
  mounts: each(mount),
  name: text,
  netns: networkSpace,
  Networks: networks,
  privileged: withReach("privileged"),
  remove: free,
  resource_limits: object(LIMITS),
  restart_policy: oneOf(["no", "on-failure"]),
  stdin: free,
  terminal: free,
  user: text,
  work_dir: text,
});

/** A variable with its value: of a bare name Podman gives the value that its own service has. */
const variable: Rule = (value, place) => {
  if (!/^[^=*]+=/s.test(textOf(value, place))) throw refusedField(place, value);
};

/** The body of `POST /libpod/containers/{container}/exec`. */
export const execSpec: Rule = object({
  AttachStderr: free,
  AttachStdin: free,
  AttachStdout: free,
  Cmd: each(text),
  DetachKeys: free,
  Env: each(variable),
  Privileged: withReach("privileged"),
  Tty: free,
  User: free,
  WorkingDir: free,
});

/** The body of `POST /libpod/exec/{exec}/start`. */
export const execStart: Rule = object({ Detach: free, Tty: free, h: free, w: free });
