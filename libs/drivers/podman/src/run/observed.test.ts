import assert from "node:assert/strict";
import { test } from "vitest";
import type { ContainerPowersAnswer, ImageAnswer } from "../engine/answers.ts";
import { toObserved } from "./observed.ts";

const IMAGE: ImageAnswer = {
  Id: "a".repeat(64),
  Digest: "",
  Os: "linux",
  Architecture: "amd64",
  Size: 1,
  Config: { Env: ["PATH=/of/the/image", "LANG=C"] },
  RootFS: {},
};

const CONTAINER: ContainerPowersAnswer = {
  Image: IMAGE.Id,
  BoundingCaps: ["CAP_KILL", "CAP_CHOWN"],
  Config: { User: "65532", Env: ["TERM=xterm", "container=podman", "LANG=C"] },
  HostConfig: { NetworkMode: "bridge", Privileged: false, Memory: 0, NanoCpus: 0, PidsLimit: 0 },
  NetworkSettings: { Networks: { one: {} } },
};

function environmentOf(...added: string[]): readonly string[] {
  const { Config } = CONTAINER;
  const Env = [...(Config.Env ?? []), ...added];
  return toObserved({ ...CONTAINER, Config: { ...Config, Env } }, IMAGE).environment;
}

test("shows a container that is left to itself", () => {
  assert.deepEqual(toObserved(CONTAINER, IMAGE), {
    imageId: `sha256:${IMAGE.Id}`,
    user: "65532",
    privileged: false,
    capabilities: ["CAP_CHOWN", "CAP_KILL"],
    networks: ["one"],
    mounts: [],
    engineSocket: false,
    environment: [],
  });
});

test("shows variables that neither the image nor Podman gives, the changed search path too", () => {
  assert.deepEqual(environmentOf("LD_PRELOAD=/evil.so"), ["LD_PRELOAD"]);
  assert.deepEqual(environmentOf("LANG=other", "PATH=/evil:/usr/bin", "TERM=evil"), [
    "LANG",
    "PATH",
    "TERM",
  ]);
  assert.deepEqual(environmentOf("HOSTNAME=x", "HOME=/root"), []);
});

test("calls a network the usual one only where that was asked for", () => {
  const { Config, HostConfig } = CONTAINER;
  const asked = { ...Config, Labels: { "dev.gantry.network": "default" } };
  const host = { ...HostConfig, NetworkMode: "host" };
  const seen = (part: object) => toObserved({ ...CONTAINER, ...part }, IMAGE).networks;
  assert.deepEqual(seen({ Config: asked }), ["one", "default"]);
  assert.deepEqual(seen({ HostConfig: host, NetworkSettings: null }), ["host"]);
});

test("shows volumes that somebody named, and none that belong to the container", () => {
  const volume = { Type: "volume", Source: "/somewhere", Destination: "/data", RW: true };
  const Mounts = [
    { ...volume, Name: "kept" },
    { ...volume, Name: "b".repeat(64) },
  ];
  assert.deepEqual(toObserved({ ...CONTAINER, Mounts }, IMAGE).mounts, [
    { source: "kept", target: "/data", readOnly: false },
  ]);
});
