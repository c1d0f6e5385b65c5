import type {
  AuditEntry,
  BuiltBundle,
  Endpoint,
  ExplainedBundle,
  Installation,
  KnownBundle,
  LoggedEvent,
  Operation,
  Plan,
  Terminal,
} from "@gantry/protocol";
import type { Message } from "../state/message.ts";
import type { Resource, ResourceValues } from "../state/resource.ts";
import { startState, type State } from "../state/state.ts";
import { update } from "../update/update.ts";

/** The time that all samples are seen at. */
export const NOW = Date.parse("2026-01-02T03:04:05Z");

/** A program that has just connected. */
export function liveState(change: Partial<State> = {}): State {
  const contexts = [{ name: "default", home: "/home/me/gantry" }];
  const state = startState({ contexts, cwd: "/work/shop", columns: 80, rows: 24, now: NOW });
  return feed({ ...state, ...change }, { kind: "live", context: 0 });
}

/** The state after messages; what was to be done is dropped. */
export function feed(state: State, ...messages: readonly Message[]): State {
  return messages.reduce((before, message) => update(before, message).state, state);
}

export function loaded(resource: Resource, value: unknown): Message {
  return { kind: "loaded", context: 0, resource, value, tookMs: 1 };
}

/** Keys by their names; longer words are typed letter by letter. */
export function keys(...names: readonly string[]): readonly Message[] {
  return names.map((key) => ({ kind: "key", key, text: key.length === 1 ? key : "" }));
}

export function installation(name: string, change: Partial<Installation> = {}): Installation {
  return {
    schemaType: "Installation",
    schemaVersion: "1.0.2",
    id: `id-${name}`,
    name,
    namespace: "",
    bundle: { repository: "localhost:5000/shop", version: "0.3.0" },
    labels: {},
    grants: [],
    status: {
      runId: "01RUN",
      action: "install",
      resultId: "",
      resultStatus: "succeeded",
      created: "2026-01-02T03:00:00Z",
      modified: "2026-01-02T03:00:00Z",
      installed: "2026-01-02T03:00:00Z",
      uninstalled: null,
      bundleReference: "localhost:5000/shop:v0.3.0",
      bundleVersion: "0.3.0",
      bundleDigest: "",
      driver: "local",
    },
    _calculated: {
      displayInstallationState: "installed",
      displayInstallationStatus: "succeeded",
      resolvedParameters: [{ name: "size", type: "string", sensitive: false, value: "small" }],
    },
    ...change,
  };
}

export function operation(id: string, change: Partial<Operation> = {}): Operation {
  return {
    id,
    kind: "install",
    namespace: "",
    installation: "shop",
    status: "running",
    created: "2026-01-02T03:04:00Z",
    ...change,
  };
}

export const DAEMON: ResourceValues["daemon"] = {
  version: "0.1.0",
  pid: 1,
  home: "/h",
  socket: "/h/s",
  started: "2026-01-02T03:00:00Z",
  clients: 1,
  connections: [
    {
      name: "gantry ui",
      version: "0.1.0",
      user: "ada",
      pid: 4711,
      connected: "2026-01-02T03:04:00Z",
    },
  ],
  runningOperations: 0,
  openTerminals: 0,
  memoryBytes: 1,
  cpuPercent: 0.4,
  idleSeconds: 600,
};

/** A call to an engine that went through a broker. */
export function audited(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    time: "2026-01-02T03:04:01Z",
    owner: { kind: "bundle", name: "/shop" },
    method: "GET",
    path: "/_ping",
    verdict: "allowed",
    ...change,
  };
}

export const BUILT: BuiltBundle = {
  name: "shop",
  version: "0.3.0",
  image: "localhost:5000/shop:porter-1",
  imageId: "sha256:1",
  endpoint: "local",
  upToDate: false,
  bundleFile: "/h/bundle.json",
  causes: ["porter.yaml changed"],
  steps: [
    { title: "FROM base", cached: true },
    { title: "COPY . /cnab/app", cached: false, missReason: "file helpers.sh changed" },
    { title: "RUN make", cached: false },
  ],
};

export const KNOWN_BUNDLE: KnownBundle = {
  name: "shop",
  version: "0.3.0",
  file: "/w/porter.yaml",
  dir: "/w",
  image: BUILT.image,
  endpoint: "local",
  built: "2026-01-02T03:00:00Z",
};

export function terminal(id: string, change: Partial<Terminal> = {}): Terminal {
  return {
    id,
    namespace: "",
    installation: "shop",
    place: "image",
    runId: "01RUN",
    endpoint: "local",
    ofItsOwn: true,
    command: ["sh"],
    openedBy: { name: "gantry ui", version: "0.1.0", user: "ada", pid: 4711 },
    created: "2026-01-02T03:03:00Z",
    size: { columns: 80, rows: 24 },
    attached: 0,
    ...change,
  };
}

export const ENDPOINT: Endpoint = {
  name: "local",
  driver: "local",
  version: "0.1.0",
  origin: "built-in",
  facets: ["build", "run", "images"],
  confinement: "built-in",
  weaker: [],
  build: { platforms: ["linux/amd64"], features: ["secrets"] },
  run: { platforms: ["linux/amd64"], features: ["mounts"] },
  images: true,
  probe: { state: "ready", engine: "Linux namespaces", problems: [] },
};

export const BUNDLE: ExplainedBundle = {
  name: "shop",
  version: "0.3.0",
  description: "Sells things",
  actions: [
    { name: "install", stateless: false },
    { name: "upgrade", stateless: false },
    { name: "uninstall", stateless: false },
    { name: "status", description: "How it is", stateless: false },
  ],
  parameters: [
    {
      name: "size",
      type: "string",
      required: false,
      sensitive: false,
      default: "small",
      schema: { type: "string", enum: ["small", "large"] },
    },
    {
      name: "replicas",
      type: "integer",
      required: true,
      sensitive: false,
      schema: { type: "integer", minimum: 1, maximum: 9 },
    },
    { name: "pin", type: "string", required: false, sensitive: true, schema: { type: "string" } },
  ],
  credentials: [{ name: "api-key", required: true }],
  outputs: [{ name: "address", type: "string", sensitive: false }],
  requires: [],
};

/** Events of one operation, numbered from `first`, a second apart. */
export function events(
  list: readonly LoggedEvent["event"][],
  {
    first = 1,
    phase = "run",
  }: { readonly first?: number; readonly phase?: LoggedEvent["phase"] } = {},
): readonly LoggedEvent[] {
  return list.map((event, index) => ({ seq: first + index, at: NOW + index * 1000, phase, event }));
}

export function printed(text: string, step?: string): LoggedEvent["event"] {
  return { kind: "log", stream: "stdout", text, ...(step === undefined ? {} : { step }) };
}

export const PLAN: Plan = {
  schemaVersion: 1,
  action: "install",
  installation: "shop",
  namespace: "",
  bundle: { name: "shop", version: "0.3.0" },
  image: { reference: "localhost:5000/shop:1", state: "to-build", changed: [] },
  endpoint: {
    name: "local",
    driver: "local",
    reason: "the first that is ready",
    requirements: [],
    passedOver: [],
  },
  privileged: false,
  capabilities: [],
  network: "default",
  ports: [],
  mounts: [],
  engineSocket: "none",
  limits: {},
  secrets: [],
  environment: [],
  files: [],
  outputs: [],
  requested: [],
  granted: [],
  missing: [],
  changes: { since: null, added: [], removed: [] },
  problems: [],
  warnings: [],
  digest: "sha256:plan",
};
