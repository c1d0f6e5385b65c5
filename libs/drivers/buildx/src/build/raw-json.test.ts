import { describe, expect, it } from "vitest";
import { RawJson } from "./raw-json.ts";

const ID = "sha256:one";
const started = { digest: ID, name: "[1/2] RUN {x}", started: "2026-01-02T03:04:05.678901234Z" };
const log = { vertex: ID, stream: 2, data: Buffer.from('a "b" }\n').toString("base64") };

describe("RawJson", () => {
  it.each([
    ["of one line", undefined],
    ["of many lines", 2],
  ])("reads messages %s, whatever braces are in their texts", (_title, indent) => {
    const reader = new RawJson();
    const text = [{ vertexes: [started] }, { logs: [log] }]
      .map((message) => `${JSON.stringify(message, null, indent)}\n`)
      .join("");

    const accounts = reader.push(Buffer.from(text));

    expect(accounts).toMatchObject([
      {
        vertexes: [{ digest: ID, started: Date.UTC(2026, 0, 2, 3, 4, 5, 678), cached: false }],
        logs: [],
      },
      { logs: [{ vertex: ID, stream: "stderr", bytes: Buffer.from('a "b" }\n') }] },
    ]);
    expect(reader.end()).toBe("");
  });

  it("takes bytes as they come, also in the middle of a character", () => {
    const reader = new RawJson();
    const name = "[1/1] RUN echo ünïcödé";
    const bytes = Buffer.from(`${JSON.stringify({ vertexes: [{ ...started, name }] }, null, 2)}\n`);

    const accounts = [...bytes].flatMap((byte) => reader.push(Uint8Array.of(byte)));

    expect(accounts).toMatchObject([{ vertexes: [{ name }] }]);
  });

  it("keeps plain words apart, before and after messages", () => {
    const reader = new RawJson();
    const text = `WARNING: old\n${JSON.stringify({ statuses: null })}\n   2 | { RUN x\nERROR: failed\nto solve`;

    expect(reader.push(Buffer.from(text))).toHaveLength(1);
    expect(reader.end()).toBe("WARNING: old\n   2 | { RUN x\nERROR: failed\nto solve");
  });

  it("gives what the frontend warns of", () => {
    const short = Buffer.from("FromAsCasing: not the same").toString("base64");

    const [account] = new RawJson().push(Buffer.from(`{"warnings":[{"short":"${short}"}]}\n`));

    expect(account?.warnings).toEqual([{ text: "FromAsCasing: not the same", url: "" }]);
  });

  it.each(["{]}\n", '{"vertexes":[{"name":"no digest"}]}\n'])("refuses %j", (text) => {
    const push = (): unknown => new RawJson().push(Buffer.from(text));

    expect(push).toThrow(expect.objectContaining({ code: "protocol" }));
  });
});
