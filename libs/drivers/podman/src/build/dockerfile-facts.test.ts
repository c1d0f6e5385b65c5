import { describe, expect, it } from "vitest";
import { lineOf, mayAskForSecret, namedImages, needsDockerFormat } from "./dockerfile-facts.ts";

describe("what a Dockerfile asks for", () => {
  it.each([
    ["RUN --mount=type=secret,id=token cat x", true],
    ["RUN --network=none --mount=id=token,type=secret cat x", true],
    ["RUN --mount=type=secret,target=/run/secrets/token cat x", true],
    ["RUN \\\n  --mount=type=secret,id=token \\\n  cat x", true],
    ["RUN --mount=type=secret,id=$NAME cat x", true],
    ["RUN --mount=type=secret,id=other cat x", false],
    ["# RUN --mount=type=secret,id=token cat x", false],
    ["RUN --mount=type=cache,id=token cat x", false],
  ])("%j asks for the secret: %s", (text, asks) => {
    expect(mayAskForSecret(`FROM a\n${text}\n`, "token")).toBe(asks);
  });

  it("names the images to fetch, and no stages and variables", () => {
    const text =
      "FROM --platform=linux/amd64 127.0.0.1:5000/a:1 AS one\nFROM one\nFROM $BASE\nfrom b as two\nCOPY --from=c:2 x /\nCOPY --from=one x /\nCOPY --from=0 x /\nFROM scratch\n";

    expect(namedImages(text)).toEqual(["127.0.0.1:5000/a:1", "b", "c:2"]);
  });

  it("knows what only Docker's format holds", () => {
    expect(needsDockerFormat('FROM a\nSHELL ["/bin/bash", "-c"]\n')).toBe(true);
    expect(needsDockerFormat("FROM a\nRUN echo SHELL x\n")).toBe(false);
  });

  it("finds the one line of some words", () => {
    expect(lineOf("FROM a\nRUN x\nRUN y\n", "RUN y")).toBe(3);
    expect(lineOf("FROM a\nRUN x\nRUN x\n", "RUN x")).toBeUndefined();
  });
});
