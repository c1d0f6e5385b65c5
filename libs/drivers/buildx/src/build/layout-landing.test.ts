import { stat } from "node:fs/promises";
import { join } from "node:path";
import { buildRequest } from "@gantry/driver-api/conformance";
import { ContentStore } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { BuildRoom } from "./build-room.ts";
import { LayoutLanding } from "./layout-landing.ts";

it("shows the builder what the content store has, without a copy", async () => {
  await using dir = await TempDir.create();
  const store = await ContentStore.open(join(dir.path, "content"));
  const { digest } = await store.putBytes(Buffer.from("a layer"), "text/plain");
  const request = buildRequest({ contextDir: dir.path, dockerfile: "FROM scratch\n", tags: [] });
  const signal = AbortSignal.timeout(30_000);
  await using room = await BuildRoom.open(join(dir.path, "builds"), request, {
    secrets: [],
    signal,
  });
  const work = { signal, report: async () => undefined };

  const words = await new LayoutLanding(async () => store).prepare({ request, room, work });

  const shown = join(room.layoutDir, "blobs", digest.replace(":", "/"));
  expect((await stat(shown)).ino).toBe((await stat(store.path(digest))).ino);
  expect(words.join(" ")).toContain(`dest=${room.layoutDir}`);
});
