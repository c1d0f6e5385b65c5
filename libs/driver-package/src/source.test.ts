import { expect, test } from "vitest";
import { PackageError } from "./errors.ts";
import { isSamePublisher } from "./publisher.ts";
import { readManifest } from "./read-manifest.ts";
import { formatSource, parseSource, withoutVersion } from "./source.ts";

test.each([
  ["podman", { kind: "builtin", name: "podman" }, "builtin:podman"],
  ["npm:podman", { kind: "npm", name: "podman", range: "latest" }, "npm:podman@latest"],
  ["podman@2", { kind: "npm", name: "podman", range: "2" }, "npm:podman@2"],
  ["@a/b@^1.0.0", { kind: "npm", name: "@a/b", range: "^1.0.0" }, "npm:@a/b@^1.0.0"],
  ["@a/b", { kind: "npm", name: "@a/b", range: "latest" }, "npm:@a/b@latest"],
  ["./x", { kind: "file", path: "./x" }, "file:./x"],
  ["x.tgz", { kind: "file", path: "x.tgz" }, "file:x.tgz"],
  ["/x", { kind: "file", path: "/x" }, "file:/x"],
  [".", { kind: "file", path: "." }, "file:."],
  ["link:/x", { kind: "link", path: "/x" }, "link:/x"],
  ["oci://a.example/b:1", { kind: "oci", reference: "a.example/b:1" }, "oci://a.example/b:1"],
])("reads %s", (text, source, written) => {
  expect(parseSource(text, ["podman"])).toEqual(source);
  expect(formatSource(parseSource(text, ["podman"]))).toBe(written);
  expect(parseSource(written)).toEqual(source);
});

test.each(["Upper", "a b", "@a", "a@", "a@b/c", "--flag@", "https://host.example/x"])(
  "refuses %s",
  (text) => {
    expect(() => parseSource(text)).toThrowError(expect.objectContaining({ code: "spec-invalid" }));
  },
);

test("the newest of a source is asked for without a version", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(formatSource(withoutVersion(parseSource("npm:x@1.0.0")))).toBe("npm:x@latest");
  expect(formatSource(withoutVersion(parseSource(`oci://h/x:1@${digest}`)))).toBe("oci://h/x:1");
});

test("publishers are the same by what is verified, else by name", () => {
  const verified = { issuer: "i", subject: "s" };
  expect(isSamePublisher({ name: "a", verified }, { name: "b", verified })).toBe(true);
  expect(isSamePublisher({ name: "a" }, { name: "a" })).toBe(true);
  expect(isSamePublisher({ name: "a" }, { name: "b" })).toBe(false);
  expect(isSamePublisher({ name: "a", verified }, { name: "a" })).toBe(false);
  const other = { ...verified, subject: "t" };
  expect(isSamePublisher({ name: "a", verified }, { name: "a", verified: other })).toBe(false);
});

test("a manifest is refused with each field that is wrong", () => {
  const text = JSON.stringify({ schemaVersion: 1, name: "Big", powers: { read: ["etc"] } });
  expect(() => readManifest(text, "sample")).toThrowError(
    expect.objectContaining({
      code: "package-invalid",
      details: expect.arrayContaining([
        "name: expected lower-case letters, digits and dashes",
        expect.stringMatching(/^powers\.read\.0: expected an absolute path/),
        expect.stringMatching(/^version: /),
      ]),
    }),
  );
});

test.each([
  ["no JSON", "{", /not JSON/],
  ["a large one", `{"a":"${"x".repeat(1 << 20)}"}`, /larger than 1 MiB/],
  ["a deep one", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, /nested too deeply/],
  ["one whose publisher paints", '{"publisher":"a\\u001b[2Jb"}', /publisher: expected one line/],
  ["one whose publisher turns around", '{"publisher":"a\\u202eb"}', /publisher: expected one line/],
  [
    "one whose path breaks the line",
    '{"powers":{"read":["/a\\nb"]}}',
    /read\.0: expected one line/,
  ],
])("a manifest is refused: %s", (_, text, message) => {
  const refused = (): unknown => readManifest(text, "sample");
  expect(refused).toThrowError(expect.objectContaining({ code: "package-invalid" }));
  const told = caught(refused);
  expect([told.message, ...told.details].join("\n")).toMatch(message);
});

function caught(work: () => unknown): PackageError {
  try {
    work();
  } catch (error) {
    if (error instanceof PackageError) return error;
  }
  throw new TypeError("nothing was refused");
}
