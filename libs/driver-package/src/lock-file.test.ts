import { describe, expect, test } from "vitest";
import { lockDifferences } from "./lock-difference.ts";
import { formatLock, type LockedDriver, LockedDriver as Schema, parseLock } from "./lock-file.ts";

const DIGEST = `sha512-${"A".repeat(86)}==`;

const locked = (fields: object = {}): LockedDriver =>
  Schema.parse({
    version: "1.2.0",
    source: "npm:gantry-driver-sample@1.2.0",
    sha512: DIGEST,
    publisher: { name: "Example", verified: { issuer: "https://issuer.example", subject: "x" } },
    protocol: 1,
    granted: { network: ["b.example:443", "a.example:443"], engine: { calls: ["run", "build"] } },
    ...fields,
  });

const TEXT = `# The drivers that are used here: what they are, where they come from, and what they may do.
# Written by \`gantry drivers\`; commit it with a project. \`gantry drivers install --frozen\` installs exactly this.
lockVersion: 1
drivers:
  a-first:
    version: 1.2.0
    source: npm:gantry-driver-sample@1.2.0
    sha512: ${DIGEST}
    publisher:
      name: Example
      verified:
        issuer: https://issuer.example
        subject: x
    protocol: 1
    granted:
      engine:
        calls:
          - build
          - run
      network:
        - a.example:443
        - b.example:443
`;

describe("gantry.lock", () => {
  test("keeps whose interface was granted", () => {
    const engine = { api: "podman", calls: ["run"], reach: ["host-mounts"] };

    const text = formatLock({ podman: locked({ granted: { engine } }) });

    expect(parseLock(text, "gantry.lock")["podman"]?.granted.engine).toEqual(engine);
  });

  test("reads the same whatever the order in which drivers came", () => {
    expect(formatLock({ "a-first": locked() })).toBe(TEXT);
    const one = formatLock({ b: locked(), a: locked() });
    expect(formatLock({ a: locked(), b: locked() })).toBe(one);
    expect(formatLock(parseLock(one, "gantry.lock"))).toBe(one);
  });

  test.each([
    ["not yaml", (text: string) => text.replace("drivers:", "drivers: ["), /lock file/],
    ["another version", (text: string) => text.replace("lockVersion: 1", "lockVersion: 2"), /3:1/],
    ["a digest that is cut", (text: string) => text.replace("A==", "=="), /8:5: .*sha512/],
    ["no digest", (text: string) => text.replace(/ +sha512.*\n/, ""), /sha512/],
    [
      "an unknown field",
      (text: string) => text.replace("protocol:", "also: 1\n    protocol:"),
      /also/,
    ],
    ["an unknown power", (text: string) => text.replace("network:", "telepathy:"), /telepathy/],
    ["a driver twice", (text: string) => text + text.slice(text.indexOf("  a-first")), /unique/i],
    ["a name that is a path", (text: string) => text.replace("a-first", "../up"), /drivers/],
    [
      "an alias",
      (text: string) =>
        text.replace("name: Example", "name: &x Example").replace("subject: x", "subject: *x"),
      /alias/i,
    ],
    [
      "a link with a digest",
      (text: string) => text.replace("npm:gantry-driver-sample@1.2.0", "link:/x"),
      /link/,
    ],
  ])("refuses %s and says where", (_, change, expected) => {
    const failing = () => parseLock(change(TEXT), "gantry.lock");
    expect(failing).toThrowError(expect.objectContaining({ code: "lock-invalid" }));
    const told = caught(failing);
    expect(`${told.place?.line}:${told.place?.column}: ${told.message}`).toMatch(expected);
  });

  test("differences are named one by one", () => {
    const found = locked({ version: "1.3.0", granted: {}, publisher: { name: "Mallory" } });

    expect(lockDifferences(locked(), locked())).toEqual([]);
    expect(lockDifferences(undefined, found)).toEqual(["it is not in gantry.lock"]);
    expect(lockDifferences(locked(), found)).toEqual([
      "version: 1.2.0 in gantry.lock, 1.3.0 found",
      "publisher: Example (verified: x, by https://issuer.example) in gantry.lock, Mallory (not verified) found",
      expect.stringMatching(/^granted: .*a\.example.* in gantry\.lock, \{\} found$/),
    ]);
  });
});

function caught(work: () => unknown): {
  message: string;
  place?: { line?: number; column?: number };
} {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new TypeError("nothing was thrown");
}
