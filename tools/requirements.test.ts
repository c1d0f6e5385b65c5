import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { type Requirement, requirements } from "../docs/requirements.ts";
import { citationFaults, citationsIn, findCitations } from "./requirement-citations.ts";

const root = dirname(import.meta.dirname);

describe("the requirement manifest", () => {
  it("names each requirement once", () => {
    const ids = requirements.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(120);
  });

  it("has every part of a requirement, and a reason for each that waits", () => {
    for (const { text, source, levels, status, reason } of requirements) {
      expect([text, source, levels.length]).not.toContain("");
      expect(reason !== undefined).toBe(status === "later");
    }
  });

  it("leaves nothing of the bundle document, inputs, running, errors, actions, relocation, claims and registries for later", () => {
    const waiting = requirements.filter(({ status }) => status === "later").map(({ id }) => id[0]);

    expect([...new Set(waiting)].toSorted((a = "", b = "") => a.localeCompare(b))).toEqual([
      "D",
      "F",
      "S",
      "V",
    ]);
  });

  it("is met: each covered requirement is cited by a test that can show it", async () => {
    const citations = await findCitations(root);

    expect(citationFaults(requirements, citations)).toEqual([]);
  });
});

const one: Requirement = {
  id: "B-01",
  group: "Bundle document",
  levels: ["MUST"],
  text: "a thing",
  source: "101",
  status: "covered",
  citedBy: "test",
};
const inLibs = { id: "B-01", file: "libs/x/src/x.test.ts" };

describe("the citation gate", () => {
  it("fails on a covered requirement that no test cites", () => {
    expect(citationFaults([one], [])).toEqual(["B-01 is cited by no test: a thing"]);
    expect(citationFaults([one], [inLibs])).toEqual([]);
  });

  it("fails on an id that is no requirement", () => {
    const faults = citationFaults([one], [inLibs, { id: "Q-99", file: "a.test.ts" }]);

    expect(faults).toEqual(["Q-99 is cited by a.test.ts but is no requirement"]);
  });

  it("fails on a requirement for later that is cited already", () => {
    const later: Requirement = { ...one, status: "later", reason: "archives" };

    expect(citationFaults([later], [inLibs])).toEqual([
      "B-01 is marked later but is cited by libs/x/src/x.test.ts",
    ]);
    expect(citationFaults([later], [])).toEqual([]);
  });

  it("takes only tests of the applications for what needs a real run", () => {
    const run: Requirement = { ...one, citedBy: "run" };

    expect(citationFaults([run], [inLibs])).toEqual([
      "B-01 is cited by no test below apps/: a thing",
    ]);
    expect(citationFaults([run], [{ id: "B-01", file: "apps/daemon/test/a.test.ts" }])).toEqual([]);
  });
});

describe("the reading of citations", () => {
  it("reads ids in the titles of tests and suites, whatever their form", () => {
    const source = [
      'describe("[Q-01] a suite", () => {',
      '  it("[Q-02, Q-03] does", () => {});',
      "  test.each([1, 2])(`[Q-04] ${1}`, () => {});",
      '  it.skipIf(absent)("[Q-05] when present", () => {});',
      "});",
    ].join("\n");

    const cited = citationsIn("a.test.ts", source).map(({ id }) => id);

    expect(cited).toEqual(["Q-01", "Q-02", "Q-03", "Q-04", "Q-05"]);
  });

  it("does not take a comment, another string, or a skipped test for a citation", () => {
    const source = [
      "// [Q-01]",
      'const title = "[Q-02]";',
      'it.skip("[Q-03] later", () => {});',
      'it.todo("[Q-04] some day");',
    ].join("\n");

    expect(citationsIn("a.test.ts", source)).toEqual([]);
  });
});
