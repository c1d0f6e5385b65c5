import type { RunSpec } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import { describe, expect, it } from "vitest";
import { differences as compare, expectedOf } from "./expected.ts";

const ID = `sha256:${"a".repeat(64)}`;

const SPEC: RunSpec = {
  id: "r1",
  owner: "home",
  labels: {},
  image: { id: ID },
  command: ["/cnab/app/run"],
  environment: [{ name: "TOKEN", value: "x", sensitive: true }],
  files: [],
  outputsDir: "/cnab/app/outputs",
  mounts: [{ source: "/a", target: "/b", readOnly: true }],
  network: "default",
  privileged: false,
  capabilities: ["CAP_CHOWN"],
  engineSocket: false,
  memoryBytes: 1_000_000,
};

const MOUNT = { source: "/a", target: "/b", readOnly: true };

const SEEN: ObservedRun = {
  imageId: ID,
  user: "65532",
  privileged: false,
  capabilities: ["CAP_CHOWN"],
  networks: ["bridge", "default"],
  mounts: [{ source: "/a", target: "/b", readOnly: true }],
  engineSocket: false,
  environment: ["TOKEN"],
  memoryBytes: 1_000_000,
};

function differences(spec: RunSpec, seen: ObservedRun, user: string): readonly string[] {
  return compare(expectedOf(spec, user), seen);
}

describe("a run that is what its plan says", () => {
  it.each([
    ["to the letter", {}],
    ["by a name where the image has a number", { user: "nonroot" }],
    ["with a group", { user: "65532:65532" }],
    ["by paths that were given less cleanly", { mounts: [{ ...MOUNT, source: "/a//./" }] }],
    ["with variables that the image has anyway", { environment: [] }],
  ])("%s has no differences", (_, change) => {
    expect(differences(SPEC, { ...SEEN, ...change }, "65532")).toEqual([]);
  });

  it("may be of an engine that says little", () => {
    const { imageId: _image, user: _user, memoryBytes: _memory, ...rest } = SEEN;

    expect(differences(SPEC, rest, "65532")).toEqual([]);
  });
});

describe("a run that is something else", () => {
  const B = `sha256:${"b".repeat(64)}`;
  it.each<[string, Partial<ObservedRun>]>([
    [`runs the image ${B} instead of ${ID}`, { imageId: B }],
    ["runs as 0 instead of 65532", { user: "" }],
    ["has the capability CAP_SYS_ADMIN", { capabilities: ["CAP_CHOWN", "CAP_SYS_ADMIN"] }],
    ["lacks the capability CAP_CHOWN", { capabilities: [] }],
    [
      "has the mount /:/host:ro",
      { mounts: [...SEEN.mounts, { source: "/", target: "/host", readOnly: true }] },
    ],
    ["has the mount /a:/b:rw", { mounts: [{ source: "/a", target: "/b", readOnly: false }] }],
    ["lacks the mount /a:/b:ro", { mounts: [] }],
    ["is given the variable LD_PRELOAD", { environment: ["TOKEN", "LD_PRELOAD"] }],
    ["is on the network host instead of default", { networks: ["host"] }],
    ["is privileged", { privileged: true }],
    ["is connected to the engine", { engineSocket: true }],
    ["may use memory up to 2000000 instead of 1000000", { memoryBytes: 2_000_000 }],
  ])("%s", (says, change) => {
    expect(differences(SPEC, { ...SEEN, ...change }, "65532")).toContain(says);
  });
});

describe("a run that is given a filtered socket", () => {
  const spec: RunSpec = { ...SPEC, engineSocket: { path: "/home/brokers/r1/docker.sock" } };
  const seen = (engineSocketSource?: string): ObservedRun => ({
    ...SEEN,
    engineSocket: true,
    ...(engineSocketSource === undefined ? {} : { engineSocketSource }),
  });

  it.each(["/home/brokers/r1", "/home//brokers/r1/", "/home/brokers/r1/docker.sock", undefined])(
    "may see it by %s",
    (source) => {
      expect(differences(spec, seen(source), "65532")).toEqual([]);
    },
  );

  it.each(["/var/run/docker.sock", "/home/brokers/r2", "/home/brokers", "/"])(
    "is something else when it sees %s",
    (source) => {
      expect(differences(spec, seen(source), "65532")).toEqual([
        `is connected to the engine by ${source} instead of /home/brokers/r1/docker.sock`,
      ]);
    },
  );

  it("is something else when it sees none", () => {
    expect(differences(spec, SEEN, "65532")).toEqual(["is not connected to the engine"]);
  });

  it("is held against its plan by a daemon that only knows that there was to be an engine", () => {
    const old = { ...expectedOf(spec, "65532"), engineSocket: true };

    expect(compare(old, seen("/elsewhere"))).toEqual([]);
  });
});
