import assert from "node:assert/strict";
import { BuildFeature } from "@gantry/reports";
import type { BuildRequest } from "../../build.ts";
import { buildNeeds } from "../../needs.ts";
import type { Case } from "../case.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { buildCase } from "./build-bench.ts";

const SECRET = { id: "s", read: async () => Buffer.from("x") };

/** A request that needs each feature. */
const ASKING: Readonly<Record<BuildFeature, Partial<BuildRequest>>> = {
  "build-args": { buildArgs: { A: "b" } },
  "cache-from": { cacheFrom: [{ type: "local", attributes: { src: "/tmp/none" } }] },
  "cache-to": { cacheTo: [{ type: "local", attributes: { dest: "/tmp/none" } }] },
  "extra-hosts": { extraHosts: ["example.test:127.0.0.1"] },
  labels: { labels: { a: "b" } },
  "multi-platform": { platforms: ["linux/amd64", "linux/arm64"] },
  "named-contexts": { contexts: { other: "/tmp" } },
  "network-host": { network: "host" },
  "network-none": { network: "none" },
  "no-cache": { noCache: true },
  pull: { pull: true },
  secrets: { secrets: [SECRET] },
  ssh: { ssh: [{ id: "default", socket: "/tmp/none.sock" }] },
  target: { target: "a" },
};

/** Each feature that is not declared is refused by its name. */
export const buildRefusalCases: readonly Case[] = BuildFeature.options.map((feature) =>
  buildCase(
    {
      id: `build.refuses-${feature}`,
      title: `refuses ${feature} by name unless it declares it`,
      requires: { undeclared: feature },
    },
    async (bench) => {
      const request = await bench.request("FROM scratch AS a\nLABEL a=b\n", ASKING[feature]);
      assert.ok(buildNeeds(request).includes(feature));
      const error = await expectDriverError(bench.build(request), "unsupported");
      assert.equal(error.need, feature);
    },
  ),
);
