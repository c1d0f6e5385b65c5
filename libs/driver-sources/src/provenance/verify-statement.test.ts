import { beforeAll, describe, expect, test } from "vitest";
import { SigningAuthority } from "../testing/signing-authority.ts";
import { subjectOf, verifyStatement } from "./verify-statement.ts";

const ARCHIVE = Buffer.from("an archive");
const PURL = "pkg:npm/%40example/sample@1.0.0";
const subject = subjectOf("@example/sample@1.0.0", ARCHIVE, PURL);
const repository = "https://code.example/example/sample";

describe("a statement about where a package was built", () => {
  let authority: SigningAuthority;
  let bundle: unknown;

  beforeAll(async () => {
    authority = await SigningAuthority.create();
    bundle = await authority.attest({ purl: PURL, sha512: subject.sha512, repository });
  });

  test("tells the repository, whatever the workflow and the tag", () => {
    expect(verifyStatement(bundle, subject, authority.trustRoot)).toEqual({
      issuer: "https://issuer.example",
      subject: repository,
    });
  });

  test("does not count when another authority signed it", async () => {
    const other = await SigningAuthority.create();
    expect(() => verifyStatement(bundle, subject, other.trustRoot)).toThrowError(INVALID);
    expect(() => verifyStatement(bundle, subject)).toThrowError(INVALID);
  });

  test.each([
    ["other bytes", subjectOf("x", Buffer.from("another archive"), PURL)],
    ["another package", subjectOf("x", ARCHIVE, "pkg:npm/other@1.0.0")],
    ["another version", subjectOf("x", ARCHIVE, "pkg:npm/%40example/sample@1.0.1")],
  ])("does not count for %s", (_, wrong) => {
    expect(() => verifyStatement(bundle, wrong, authority.trustRoot)).toThrowError(INVALID);
  });

  test.each([
    ["payload", (text: string) => swap(text, "payload", Buffer.from("{}").toString("base64"))],
    ["signature", (text: string) => swap(text, "sig", Buffer.alloc(70, 1).toString("base64"))],
    ["log entry", (text: string) => swap(text, "integratedTime", "1700000000")],
    ["promise of the log", (text: string) => swap(text, "signedEntryTimestamp", "AAAA")],
    ["everything", () => "{}"],
  ])("does not count when its %s was changed", (_, change) => {
    const changed: unknown = JSON.parse(change(JSON.stringify(bundle)));
    expect(() => verifyStatement(changed, subject, authority.trustRoot)).toThrowError(INVALID);
  });
});

const INVALID = expect.objectContaining({
  code: "provenance-invalid",
  message: expect.stringMatching(/does not hold: ./),
});

function swap(text: string, field: string, value: string): string {
  const changed = text.replace(new RegExp(`"${field}":"[^"]*"`), `"${field}":"${value}"`);
  if (changed === text) throw new TypeError(`there is no ${field}`);
  return changed;
}
