import { DriverError } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { parseDockerfile, parseTrigger } from "./parse.ts";

const bodies = (text: string) =>
  parseDockerfile(`FROM a\n${text}`, "Dockerfile").stages[0]?.instructions ?? [];

function refusal(text: string): DriverError {
  try {
    parseDockerfile(text, "app/Dockerfile");
  } catch (error) {
    if (error instanceof DriverError) return error;
    throw error;
  }
  throw new TypeError(`nothing was refused in ${text}`);
}

describe("stages", () => {
  it("reads base, name, platform and global arguments", () => {
    const file = parseDockerfile(
      "# syntax=docker/dockerfile:1\nARG BASE=debian\nFROM --platform=$BUILDPLATFORM ${BASE} AS Build\nRUN x\nFROM scratch\n",
      "Dockerfile",
    );

    expect(file.globalArgs[0]?.entries).toEqual([{ name: "BASE", value: "debian" }]);
    expect(file.stages).toMatchObject([
      { index: 0, name: "build", base: "${BASE}", platform: "$BUILDPLATFORM", line: 3 },
      { index: 1, base: "scratch", line: 5, instructions: [] },
    ]);
  });
});

describe("instructions", () => {
  it("keeps line numbers over comments, blank lines and continuations", () => {
    const found = bodies("\n# note\nRUN a \\\n  # inside\n\n  b\nUSER 1\n");

    expect(found.map(({ line, text }) => [line, text])).toEqual([
      [4, "RUN a   b"],
      [8, "USER 1"],
    ]);
  });

  it("does not continue after an escaped backslash", () => {
    expect(bodies("RUN a \\\\\nRUN b").length).toBe(2);
  });

  it("reads both forms of ENV", () => {
    expect(bodies('ENV A b c\nENV A=1 B="x y" C=a\\ b')).toMatchObject([
      { kind: "env", pairs: [{ name: "A", value: "b c" }] },
      {
        pairs: [
          { name: "A", value: "1" },
          { name: "B", value: '"x y"' },
          { name: "C", value: "a\\ b" },
        ],
      },
    ]);
  });

  it("reads shell and exec form, and takes broken JSON for a shell text", () => {
    expect(bodies('RUN ["a", "b c"]\nCMD echo "x"\nENTRYPOINT [a]')).toMatchObject([
      { command: { form: "exec", words: ["a", "b c"] } },
      { command: { form: "shell", text: 'echo "x"' } },
      { command: { form: "shell", text: "[a]" } },
    ]);
  });

  it("reads COPY with its flags, lists and wildcards", () => {
    expect(
      bodies('COPY --from=build --chown=1:2 --chmod=u+x --link a* "b c" /d/\nCOPY ["x y", "/z"]'),
    ).toMatchObject([
      {
        kind: "copy",
        from: "build",
        chown: "1:2",
        chmod: "u+x",
        sources: ["a*", '"b c"'],
        target: "/d/",
      },
      { sources: ["x y"], target: "/z" },
    ]);
  });

  it("reads a health check with durations", () => {
    expect(
      bodies("HEALTHCHECK --interval=1m30s --retries=3 CMD curl x\nHEALTHCHECK NONE"),
    ).toMatchObject([
      { options: { interval: 90e9, retries: 3 }, test: { form: "shell", text: "curl x" } },
      { test: "NONE" },
    ]);
  });

  it("keeps an ONBUILD trigger with its here-document, and reads it back", () => {
    const [onbuild] = bodies("ONBUILD RUN <<E\nFROM x\nE\n");

    expect(onbuild).toMatchObject({ kind: "onbuild", trigger: "RUN <<E\nFROM x\nE" });
    const trigger = parseTrigger("RUN <<E\nFROM x\nE", { path: "Dockerfile", line: 7 });
    expect(trigger).toMatchObject({
      kind: "run",
      line: 7,
      heredocs: [{ name: "E", content: "FROM x\n" }],
    });
  });
});

describe("here-documents", () => {
  it("attaches several, with quotes and tabs", () => {
    const [run, copy] = bodies(
      "RUN cat <<'E' 3<<-F\nFROM $x\nE\n\tb\n\tF\nCOPY <<A <<\"B\" /dst/\na\nA\nb\nB\n",
    );

    expect(run).toMatchObject({
      heredocs: [
        { name: "E", content: "FROM $x\n", expand: false, chomp: false },
        { name: "F", content: "\tb\n", expand: true, chomp: true },
      ],
    });
    expect(copy).toMatchObject({
      sources: [],
      target: "/dst/",
      heredocs: [{ name: "A" }, { name: "B", expand: false }],
    });
  });

  it("leaves quoted marks, arithmetic and redirections alone", () => {
    const found = bodies('RUN echo "<<NOT" $((1 << 3)) <in\nRUN b');

    expect(found.map((item) => item.kind === "run" && item.heredocs)).toEqual([[], []]);
  });

  it("refuses one that does not end", () => {
    expect(refusal("FROM a\nRUN <<EOF\nx\n")).toMatchObject({ location: { line: 2 }, hint: /EOF/ });
  });
});

it("reads files of Windows and the escape directive", () => {
  const windows = parseDockerfile("\uFEFFFROM a\r\nRUN <<E\r\nx\r\nE\r\nRUN a \\\r\n b\r\n", "D");
  const escaped = parseDockerfile("# escape=`\nFROM a\nRUN a `\n b\\\nRUN c", "D");

  expect(windows.stages[0]?.instructions.map((item) => item.line)).toEqual([2, 5]);
  expect(escaped.stages[0]?.instructions.map((item) => item.text)).toEqual(["RUN a  b\\", "RUN c"]);
});

describe("refusals", () => {
  it.each([
    ["FROM a\n\nCPOY a b", 3, "CPOY", "Did you mean COPY?"],
    ["FROM a\nhello", 2, "HELLO", "Expected one of ADD, ARG"],
    ["RUN a", 1, "RUN stands before", "Only ARG"],
    ["", 1, "no FROM", "FROM scratch"],
    ["FROM a b c", 1, "FROM a b c", "[AS NAME]"],
    ["FROM a AS x\nFROM b AS X", 2, "exists already in line 1", "differently"],
    ["FROM a AS 1x", 1, "stage name", "letter"],
    ["FROM a\nCOPY b", 2, "no target", "SOURCE... TARGET"],
    ["FROM a\nCOPY --form=x b c", 2, "--form", "Did you mean --from?"],
    ["FROM a\nCOPY --from=$x b c", 2, "--from=$x", "FROM with the variable"],
    ["FROM a\nRUN --mount=type=cahce,target=/x a", 2, "cahce", "bind, cache"],
    ["FROM a\nRUN --mount=type=cache,targt=/x a", 2, "targt", "Did you mean target?"],
    ["FROM a\nRUN --mount=type=cache a", 2, "has no target", "target=PATH"],
    ["FROM a\nRUN --mount=type=tmpfs,target=/x,size=lots a", 2, "size=lots", "bytes"],
    ["FROM a\nRUN --mount=type=cache,target=/x,sharing=some a", 2, "sharing=some", "locked"],
    ["FROM a\nRUN --network=mine a", 2, "--network=mine", "none or host"],
    ["FROM a\nUSER", 2, "USER has no arguments", ""],
    ["FROM a\nENV A=1 B", 2, '"B"', "name=value"],
    ["FROM a\nENV A", 2, "no value", "A=value"],
    ["FROM a\nARG 1x", 2, "1x", "NAME=default"],
    ["FROM a\nSHELL bash", 2, "SHELL", "JSON"],
    ["FROM a\nONBUILD FROM b", 2, "FROM cannot be", ""],
    ["FROM a\nONBUILD RNU b", 2, "RNU", "Did you mean RUN?"],
    ["FROM a\nHEALTHCHECK --interval=soon CMD a", 2, "soon", "duration"],
    ["FROM a\nHEALTHCHECK curl", 2, "curl", "NONE or CMD"],
    ["# escape=x\nFROM a", 1, "escape", "Expected"],
  ])("%j", (text, line, found, expected) => {
    const error = refusal(text);

    expect(error).toMatchObject({
      code: "invalid-request",
      location: { path: "app/Dockerfile", line },
    });
    expect(error.message).toContain(`app/Dockerfile:${line}: `);
    expect(error.message).toContain(found);
    expect(error.hint).toContain(expected);
  });

  it.each([
    ["COPY --parents a b", "dockerfile-copy-parents"],
    ["COPY --exclude=a b c", "dockerfile-copy-exclude"],
    ["ADD https://example.com/x /x", "dockerfile-add-remote"],
    ["ADD git@example.com:x.git /x", "dockerfile-add-remote"],
    ["ADD --checksum=sha256:1 a b", "dockerfile-add-checksum"],
    ["RUN --security=insecure a", "dockerfile-run-security"],
    ["RUN --mount=type=ssh a", "ssh"],
  ])("%s needs %s", (instruction, need) => {
    expect(refusal(`FROM a\n${instruction}`)).toMatchObject({
      code: "unsupported",
      need,
      location: { line: 2 },
    });
  });
});
