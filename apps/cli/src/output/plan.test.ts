import type { Plan } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { planText } from "./plan.ts";

const PLAN: Plan = {
  schemaVersion: 1,
  action: "install",
  installation: "hello",
  namespace: "",
  bundle: { name: "hello", version: "0.1.0" },
  image: {
    reference: "localhost:5000/hello:v0.1.0",
    state: "built",
    id: "sha256:abc",
    platform: "linux/amd64",
    changed: [],
  },
  endpoint: {
    name: "docker",
    driver: "docker",
    reason: "docker (because local has no engine-socket; --driver chooses another to run with)",
    requirements: ["run", "engine-socket"],
    passedOver: [{ endpoint: "local", requirement: "engine-socket", text: "has no engine-socket" }],
  },
  user: "65532",
  privileged: false,
  capabilities: ["CAP_CHOWN"],
  network: "host",
  ports: [],
  mounts: [{ source: "/srv", target: "/data", readOnly: false }],
  engineSocket: "raw",
  limits: { memoryBytes: 536_870_912, cpus: 2 },
  secrets: ["token"],
  environment: [
    { name: "CNAB_ACTION", sensitive: false },
    { name: "TOKEN", sensitive: true },
  ],
  files: [{ path: "/cnab/claim.json", mode: "0600", owner: "65532", sensitive: true }],
  outputs: [],
  requested: [
    { power: "capability", value: "CAP_CHOWN" },
    { power: "privileged", value: "" },
  ],
  granted: [
    { power: "capability", value: "CAP_CHOWN" },
    { power: "mount", value: "/old:/old:ro" },
  ],
  missing: [{ power: "privileged", value: "", flag: "--privileged" }],
  changes: {
    since: "2026-11-25T10:00:00.123Z",
    added: ["network host"],
    removed: ["network none"],
  },
  problems: ["Bundle hello needs privileged mode, which was not granted."],
  warnings: [],
  digest: "sha256:def",
};

const plain = (_style: string, text: string): string => text;

describe("the text of a plan", () => {
  it("says what happens in the order in which it matters", () => {
    expect(planText(PLAN, plain)).toBe(`Plan: install hello (bundle hello 0.1.0)

  Image        localhost:5000/hello:v0.1.0
               sha256:abc
               linux/amd64
  Endpoint     docker (local has no engine-socket)
  Runs as      65532
  Privileged   no
  Capabilities CAP_CHOWN
  Engine       all of the engine, and through it the host
  Network      host
  Ports        any of the host
  Mounts       /srv at /data (read and write)
  Limits       512 MiB of memory, 2 processors
  Secrets      token
  Environment  CNAB_ACTION, TOKEN (sensitive)
  Files        /cnab/claim.json 0600 65532 (sensitive)
  Outputs      none

Powers:
  capability CAP_CHOWN: asked for, granted
  privileged: asked for, not granted; --privileged
  mount /old:/old:ro: granted, not asked for

Since 2026-11-25 10:00:00, when a plan was approved last:
  + network host
  - network none

It would be refused:
  Bundle hello needs privileged mode, which was not granted.
`);
  });

  it("fits into 80 columns and lets no escape sequence through", () => {
    const environment = Array.from({ length: 40 }, (_, n) => ({
      name: `VARIABLE_NUMBER_${n}`,
      sensitive: false,
    }));
    const evil = "\u001b[2J\u001b]0;owned\u0007";
    const bundle = { name: `evil${evil}`, version: "1" };
    const mounts = [{ source: `/a${evil}`, target: "/b", readOnly: true }];

    const text = planText({ ...PLAN, environment, bundle, mounts }, plain);

    expect(text).not.toContain("\u001b");
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
