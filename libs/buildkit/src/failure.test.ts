import { describe, expect, it } from "vitest";
import { readFailure } from "./failure.ts";

const place = { path: "/ctx/Dockerfile", text: "FROM a\nRUN make\nCOPY gone /x\n" };
const old = "failed to solve with frontend dockerfile.v0: failed to create LLB definition: ";
const wrapped = `failed to solve: rpc error: code = Unknown desc = ${old}`;

describe("readFailure", () => {
  it.each([
    "dockerfile parse error line 2: unknown instruction: FROB",
    "failed to solve: dockerfile parse error on line 2: unknown instruction: FROB",
  ])("names the line of %j", (message) => {
    expect(readFailure(message, place, "")).toEqual({
      kind: "invalid-request",
      message: "/ctx/Dockerfile:2: unknown instruction: FROB",
      hint: expect.stringMatching(/that line/),
      location: { path: "/ctx/Dockerfile", line: 2 },
    });
  });

  it.each([
    "executor failed running [/bin/sh -c make]: exit code: 2",
    'failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
  ])("finds the step of %j and says what it printed", (message) => {
    expect(readFailure(message, place, "no rule")).toMatchObject({
      kind: "build-failed",
      message: "RUN /bin/sh -c make ended with exit code 2.\nno rule",
      location: { line: 2 },
    });
  });

  it("names a file that is not in the context", () => {
    const message = 'failed to solve: failed to compute cache key: "/gone" not found: not found';

    expect(readFailure(message, place, "")).toMatchObject({
      kind: "invalid-request",
      message: expect.stringMatching(/\/gone is not in the build context/),
      location: { line: 3 },
    });
  });

  it("takes what is put around a message away, in any depth", () => {
    const said = "file with no instructions";

    expect(readFailure(`${wrapped}${said}`, place, "")).toMatchObject({
      kind: "invalid-request",
      message: `/ctx/Dockerfile: ${said}`,
    });
    expect(readFailure(`${wrapped}disk full`, place, "")).toMatchObject({
      kind: "unread",
      message: "disk full",
    });
  });

  it("knows a cancel", () => {
    expect(readFailure("failed to solve: context canceled", place, "").kind).toBe("canceled");
  });
});
