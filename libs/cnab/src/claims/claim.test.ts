import { describe, expect, it } from "vitest";
import { InputError } from "../problem.ts";
import { bundleWith, thrownBy } from "../testing/bundle.ts";
import { Claim, newClaim, type NewClaim } from "./claim.ts";
import { checkInstallationName } from "./installation-name.ts";
import { newId } from "./id.ts";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

const bundle = bundleWith({
  actions: { "io.example.rotate": { modifies: true }, "io.example.look": { modifies: false } },
  credentials: { token: { env: "TOKEN" } },
});

function claimOf(request: Partial<NewClaim> = {}): Claim {
  return newClaim({ bundle, action: "install", installation: "hello", parameters: {}, ...request });
}

describe("newClaim", () => {
  it("[R-07] makes a claim of ULIDs and plain data, valid on the wire", () => {
    const now = new Date("2026-01-02T03:04:05.678Z");
    const claim = claimOf({ parameters: { port: 80, secret: "s" }, now });

    expect(claim).toEqual({
      schemaVersion: "1.0.0",
      id: expect.stringMatching(ULID),
      installation: "hello",
      revision: expect.stringMatching(ULID),
      created: "2026-01-02T03:04:05.678Z",
      action: "install",
      bundle,
      parameters: { port: 80, secret: "s" },
    });
    expect(Claim.parse(JSON.parse(JSON.stringify(claim)))).toEqual(claim);
  });

  it.each(["install", "upgrade", "uninstall", "io.example.rotate"])(
    "[R-06, C-03] gives %s a new id and a new revision, both behind the previous",
    (action) => {
      const previous = claimOf();
      const claim = claimOf({ action, previous });

      expect(claim.id > previous.id).toBe(true);
      expect(claim.revision > previous.revision).toBe(true);
    },
  );

  it("[R-06, C-03] gives an action that modifies nothing a new id but the same revision", () => {
    const previous = claimOf();
    const claim = claimOf({ action: "io.example.look", previous });

    expect(claim.id > previous.id).toBe(true);
    expect(claim.revision).toBe(previous.revision);
  });

  it("gives the first claim a revision, whatever its action", () => {
    expect(claimOf({ action: "io.example.look" }).revision).toMatch(ULID);
  });

  it("[C-12] completes the bundle's reference with its digest", () => {
    const bundleDigest = "sha256:aa";
    const reference = (bundleReference: string) =>
      claimOf({ bundleReference, bundleDigest }).bundleReference;

    expect(reference("example.com/a:1")).toBe("example.com/a:1@sha256:aa");
    expect(reference("example.com/a@sha256:bb")).toBe("example.com/a@sha256:bb");
    expect(claimOf()).not.toHaveProperty("bundleReference");
  });

  it("[C-01, C-04] keeps the parameters as they were when it was made", () => {
    const parameters = { list: [1] };
    const claim = claimOf({ parameters });
    parameters.list.push(2);

    expect(claim.parameters).toEqual({ list: [1] });
  });

  it("[C-05] carries custom data on, and nothing else of the previous claim", () => {
    const previous = { ...claimOf({ parameters: { a: 1 } }), custom: { mine: true } };

    expect(claimOf({ previous, action: "upgrade" })).toMatchObject({
      custom: { mine: true },
      parameters: {},
    });
  });

  it("[A-02] refuses an action that the bundle does not have", () => {
    expect(thrownBy(() => claimOf({ action: "unknown" }))).toMatchObject({
      code: "unknown-action",
    });
  });

  it("[R-04] refuses an impossible installation name", () => {
    expect(thrownBy(() => claimOf({ installation: "a\tb" }))).toBeInstanceOf(InputError);
  });
});

describe("the wire form of a claim", () => {
  it("may hold more than is known, and an action that cannot be read", () => {
    const claim = {
      ...claimOf(),
      action: "unknown",
      extra: 1,
      created: "2020-08-02T14:37:38+02:00",
    };

    expect(Claim.parse(claim)).toEqual(claim);
  });

  it.each(["id", "installation", "revision", "created", "action", "bundle"])(
    "needs %s",
    (field) => {
      expect(Claim.safeParse({ ...claimOf(), [field]: undefined }).success).toBe(false);
    },
  );
});

describe("checkInstallationName", () => {
  it.each(["hello", "Lady MacBeth", "dev/hello", "🎉", "名前", "a_b.c-d"])(
    "[R-04] accepts %j",
    (name) => {
      expect(() => checkInstallationName(name)).not.toThrow();
    },
  );

  it.each(["", "a\tb", "a\n", "\u0000", "\u200b"])("[R-04] refuses %j", (name) => {
    expect(thrownBy(() => checkInstallationName(name))).toMatchObject({
      code: "installation-name",
      message: `An installation cannot be named ${JSON.stringify(name)}.`,
    });
  });
});

describe("newId", () => {
  it("sorts in the order of making, within one millisecond too", () => {
    const now = new Date();
    const ids = Array.from({ length: 1000 }, () => newId({ now }));

    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(1000);
  });

  it("[R-07] stays behind an id from a clock that was ahead", () => {
    const after = `${newId({ now: new Date("2100-01-01") }).slice(0, 10)}ZZZZZZZZZZZZZZZY`;
    const id = newId({ after });

    expect(id > after).toBe(true);
    expect(id).toMatch(ULID);
  });
});
