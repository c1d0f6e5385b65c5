import assert from "node:assert/strict";
import { Probe } from "@gantry/reports";
import type { Case } from "./case.ts";

/** A driver says how its engine is. */
export const probeCases: readonly Case[] = [
  {
    id: "probe.answers",
    title: "says within five seconds how its engine is",
    requires: {},
    run: async ({ driver, signal }) => {
      const since = performance.now();
      const probe = Probe.parse(await driver.probe(signal));
      assert.ok(performance.now() - since < 5_000, "the probe took over five seconds");
      assert.notEqual(probe.state, "unavailable", JSON.stringify(probe.problems));
      assert.equal(probe.problems.length === 0, probe.state === "ready");
    },
  },
  {
    id: "probe.facets",
    title: "builds, runs, or both",
    requires: {},
    run: async ({ driver }) => {
      assert.ok(driver.build !== undefined || driver.run !== undefined, "it has no facet");
      const facets = [driver.build, driver.run].filter((facet) => facet !== undefined);
      for (const { capabilities } of facets) {
        const { features, platforms } = capabilities;
        assert.equal(new Set(features).size, features.length, "a feature is declared twice");
        assert.ok(platforms.length > 0, "no platform is declared");
        for (const each of platforms) assert.match(each, /^[^/]+\/[^/]+(\/[^/]+)?$/);
      }
    },
  },
];
