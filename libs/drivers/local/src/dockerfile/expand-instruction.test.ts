import { describe, expect, it } from "vitest";
import { expandInstruction } from "./expand-instruction.ts";
import { parseDockerfile } from "./parse.ts";
import { platformArgs, Scope } from "./scope.ts";

function scopeOf(
  options: { given?: Record<string, string>; env?: Record<string, string> } = {},
): Scope {
  const amd64 = { os: "linux", architecture: "amd64" };
  return new Scope({
    env: new Map(Object.entries(options.env ?? {})),
    given: new Map(Object.entries(options.given ?? {})),
    inherited: platformArgs({ os: "linux", architecture: "arm", variant: "v7" }, amd64, undefined),
    escape: "\\",
  });
}

function expanded(text: string, scope: Scope) {
  const [instruction] =
    parseDockerfile(`FROM a\n${text}`, "Dockerfile").stages[0]?.instructions ?? [];
  if (instruction === undefined) throw new TypeError("no instruction");
  return expandInstruction(instruction, scope, "Dockerfile");
}

describe("Scope", () => {
  it("takes the caller's value, then the default, then what is inherited", () => {
    const scope = scopeOf({ given: { A: "given" } });

    for (const name of ["A", "B", "TARGETPLATFORM", "BUILDARCH", "NONE"]) {
      scope.declare(name, ["A", "B"].includes(name) ? "default" : undefined);
    }

    expect(Object.fromEntries(scope.args)).toEqual({
      A: "given",
      B: "default",
      TARGETPLATFORM: "linux/arm/v7",
      BUILDARCH: "amd64",
    });
  });

  it("lets ENV win over ARG", () => {
    const scope = scopeOf({ given: { A: "arg" }, env: { A: "env" } });

    scope.declare("A", undefined);

    expect(scope.lookup("A")).toBe("env");
    expect(scope.environment().get("A")).toBe("env");
  });
});

describe("expandInstruction", () => {
  const scope = scopeOf({ env: { D: "/srv", PORTS: "80 443/tcp", Q: 'a"b' } });

  it.each([
    ["WORKDIR $D/'x y'", { path: "/srv/x y" }],
    [
      'ENV A="$D" B=$Q\\ c',
      {
        pairs: [
          { name: "A", value: "/srv" },
          { name: "B", value: 'a"b c' },
        ],
      },
    ],
    ["EXPOSE $PORTS 8080", { ports: ["80", "443/tcp", "8080"] }],
    ["COPY --chown=${U:-7} $D/* ${D}/", { sources: ["/srv/*"], target: "/srv/", chown: "7" }],
    [
      "RUN --mount=type=cache,target=$D echo $D",
      { mounts: ["type=cache,target=/srv"], command: { text: "echo $D" } },
    ],
    ["CMD $D", { command: { text: "$D" } }],
    ['VOLUME ["$D"]', { paths: ["/srv"] }],
    ["STOPSIGNAL ${S:-SIGINT}", { signal: "SIGINT" }],
  ])("%s", (text, expected) => {
    expect(expanded(text, scope)).toMatchObject(expected);
  });

  it("expands a here-document of COPY unless its name is quoted", () => {
    expect(expanded("COPY <<A /x\n'$D' \\$D\nA\n", scope)).toMatchObject({
      heredocs: [{ content: "'/srv' $D\n" }],
    });
    expect(expanded("COPY <<'A' /x\n$D\nA\n", scope)).toMatchObject({
      heredocs: [{ content: "$D\n" }],
    });
  });

  it("names the line of a malformed variable", () => {
    expect(() => expanded("WORKDIR ${D", scope)).toThrow(/^Dockerfile:2: "}" is missing/);
  });
});
