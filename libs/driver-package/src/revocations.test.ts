import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readRevocations, REVOCATIONS_TYPE, signedBytes, verdictOn } from "./revocations.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const KEY = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
const PEM = publicKey.export({ format: "pem", type: "spki" });

const LIST = {
  issued: "2026-01-02T03:04:05Z",
  statements: [
    { name: "old", state: "deprecated", reason: "Not kept up.", advice: "Use new." },
    { name: "bad", versions: "<1.2.0", state: "revoked", reason: "It leaks." },
    { sha512: `sha512-${"B".repeat(86)}==`, state: "revoked", reason: "Stolen." },
  ],
};

function signed(list: unknown, key = privateKey): string {
  const payload = Buffer.from(JSON.stringify(list));
  const sig = sign(undefined, signedBytes(payload), key).toString("base64");
  return JSON.stringify({
    payloadType: REVOCATIONS_TYPE,
    payload: payload.toString("base64"),
    signatures: [{ sig }],
  });
}

describe("the list of revoked drivers", () => {
  test.each([KEY, PEM])("is read with the key that it is signed with", (key) => {
    expect(readRevocations(signed(LIST), key).statements).toHaveLength(3);
  });

  test("is refused when anybody else signed it, or one byte is another", () => {
    const other = generateKeyPairSync("ed25519").privateKey;
    const changed = JSON.parse(signed(LIST));
    changed.payload = Buffer.from(JSON.stringify({ ...LIST, statements: [] })).toString("base64");

    for (const text of [signed(LIST, other), JSON.stringify(changed), "{}", "nothing"])
      expect(() => readRevocations(text, KEY)).toThrowError(
        expect.objectContaining({ code: "revocations-invalid" }),
      );
    expect(() => readRevocations(signed(LIST), "short")).toThrow(/no Ed25519 public key/);
    expect(() => readRevocations(signed({ issued: "soon" }), KEY)).toThrow(/issued/);
  });

  test.each([
    [
      { name: "old", version: "9.0.0" },
      { state: "deprecated", text: "Not kept up. Use new." },
    ],
    [
      { name: "bad", version: "1.1.9" },
      { state: "revoked", text: "It leaks." },
    ],
    [
      { name: "bad", version: "1.2.0-rc.1" },
      { state: "revoked", text: "It leaks." },
    ],
    [{ name: "bad", version: "1.2.0" }, undefined],
    [
      { name: "renamed", version: "1.0.0", sha512: `sha512-${"B".repeat(86)}==` },
      { state: "revoked", text: "Stolen." },
    ],
    [{ name: "fine", version: "1.0.0" }, undefined],
  ])("says of %j: %j", (driver, verdict) => {
    expect(verdictOn(readRevocations(signed(LIST), KEY), driver)).toEqual(verdict);
  });
});
