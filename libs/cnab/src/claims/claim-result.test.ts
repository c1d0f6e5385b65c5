import { describe, expect, it } from "vitest";
import { bundleWith } from "../testing/bundle.ts";
import { type Claim, newClaim } from "./claim.ts";
import { ClaimResult, ClaimStatus, newResult } from "./claim-result.ts";
import { installationState } from "./installation-state.ts";

const bundle = bundleWith({ actions: { look: {} } });

function claimOf(action: string, previous?: Claim): Claim {
  return newClaim({ bundle, action, installation: "hello", parameters: {}, previous });
}

function of(claim: Claim, status: ClaimStatus) {
  return newResult({ claim, status });
}

describe("newResult", () => {
  it("is valid on the wire, with the outputs' metadata and not their content", () => {
    const claim = claimOf("install");
    const output = {
      name: "port",
      content: new TextEncoder().encode("hunter2"),
      from: "run",
      sensitive: true,
      metadata: { contentDigest: "sha256:aa", generatedByBundle: "true" },
    } as const;
    const result = newResult({ claim, status: "succeeded", message: "done", outputs: [output] });

    expect(ClaimResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result).toMatchObject({
      claimId: claim.id,
      status: "succeeded",
      message: "done",
      outputs: { port: { contentDigest: "sha256:aa", generatedByBundle: "true" } },
    });
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it("[C-07] makes several of one claim, each behind the one before", () => {
    const claim = claimOf("install");
    const running = newResult({ claim, status: "running" });
    const done = newResult({ claim, status: "succeeded", previous: running });

    expect([claim.id, running.id, done.id]).toEqual([claim.id, running.id, done.id].toSorted());
    expect(running).toMatchObject({ status: "running" });
    expect(installationState([claim], [done, running])?.status).toBe("succeeded");
  });
});

describe("the id of a result", () => {
  it("stays behind the one before, from a clock that was ahead", () => {
    const previous = { id: "7000000000ZZZZZZZZZZZZZZZZ" };
    const ahead = { ...claimOf("install"), id: "6000000000ZZZZZZZZZZZZZZZZ" };

    expect(newResult({ claim: ahead, status: "running" }).id > ahead.id).toBe(true);
    expect(newResult({ claim: ahead, status: "failed", previous }).id > previous.id).toBe(true);
  });
});

describe("ClaimStatus", () => {
  it.each(["canceled", "failed", "pending", "running", "succeeded", "unknown"])(
    "[C-11] may be %s",
    (status) => {
      expect(ClaimStatus.parse(status)).toBe(status);
    },
  );

  it("[C-11] is read as canceled where it was written cancelled", () => {
    const result = {
      ...newResult({ claim: claimOf("install"), status: "failed" }),
      status: "cancelled",
    };

    expect(ClaimResult.parse(result).status).toBe("canceled");
  });

  it.each(["done", "", null, undefined])("[C-11] is never %j", (status) => {
    expect(ClaimStatus.safeParse(status).success).toBe(false);
  });
});

describe("installationState", () => {
  const install = claimOf("install");
  const upgrade = claimOf("upgrade", install);
  const uninstall = claimOf("uninstall", upgrade);
  const claims = [install, upgrade, uninstall];

  it("is nothing without a claim", () => {
    expect(installationState([], [])).toBeUndefined();
  });

  it("is unknown until there is a result", () => {
    expect(installationState([install], [])).toMatchObject({
      name: "hello",
      status: "unknown",
      isInstalled: false,
      isBusy: false,
      revision: install.revision,
    });
  });

  it("is busy while the last action has not ended", () => {
    const results = [of(install, "succeeded"), of(upgrade, "running")];

    expect(installationState([install, upgrade], results)).toMatchObject({
      status: "running",
      isBusy: true,
      isInstalled: true,
    });
  });

  it("takes the claims in any order", () => {
    const results = claims.map((claim) => of(claim, "succeeded"));

    expect(installationState(claims.toReversed(), results.toReversed())).toMatchObject({
      status: "succeeded",
      isInstalled: false,
      claim: uninstall,
      installed: install.created,
    });
  });

  it("[E-03] stays installed when an upgrade or an uninstall fails", () => {
    const results = [of(install, "succeeded"), of(upgrade, "failed"), of(uninstall, "canceled")];

    expect(installationState(claims, results)).toMatchObject({
      status: "canceled",
      isInstalled: true,
      revision: uninstall.revision,
    });
  });

  it("is not changed by an action that modifies nothing", () => {
    const look = claimOf("look", install);
    const results = [of(install, "failed"), of(look, "succeeded")];

    expect(installationState([install, look], results)).toMatchObject({ isInstalled: false });
  });
});
