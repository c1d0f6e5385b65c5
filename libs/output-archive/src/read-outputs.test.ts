import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { pack } from "tar-stream";
import { readOutputs } from "./read-outputs.ts";

function archive(name: string): Readable {
  const tar = pack();
  tar.entry({ name }, "gotcha");
  tar.finalize();
  return Readable.from(tar);
}

describe("an archive of outputs", () => {
  it.each([
    "outputs/../../etc/passwd",
    "../x",
    "/etc/passwd",
    "outputs/a/../b",
    "outputs//b",
    "./outputs/x",
  ])("is refused for the name %s", async (name) => {
    const reading = Array.fromAsync(readOutputs(archive(name), async () => archive(name)));

    await expect(reading).rejects.toMatchObject({ code: "protocol" });
  });

  it("gives a file by its path below the directory", async () => {
    const pieces = await Array.fromAsync(
      readOutputs(archive("outputs/a/b"), async () => archive("x")),
    );

    expect(pieces).toMatchObject([{ path: "a/b", last: true, data: Buffer.from("gotcha") }]);
  });
});
