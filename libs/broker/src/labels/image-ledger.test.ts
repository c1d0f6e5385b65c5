import { describe, expect, it } from "vitest";
import type { ImageRecords, ObtainedImage } from "../request.ts";
import { StandInEngine } from "../testing/stand-in-engine.ts";
import { Engine } from "../transport/engine.ts";
import { ImageLedger } from "./image-ledger.ts";

const signal = AbortSignal.timeout(30_000);

/** Records in memory, that outlive a ledger. */
function records(): ImageRecords & { readonly kept: Map<string, ObtainedImage> } {
  const kept = new Map<string, ObtainedImage>();
  return {
    kept,
    list: () => [...kept.values()],
    add: (image) => void kept.set(image.id, image),
    remove: (ids) => ids.forEach((id) => kept.delete(id)),
  };
}

describe("images that an owner came by", () => {
  it("are known to a later ledger of the same records, and to no other", () => {
    const kept = records();
    const first = new ImageLedger(kept);
    first.obtained("sha256:new", true);
    first.obtained("sha256:there", false);

    const later = new ImageLedger(kept);
    const other = new ImageLedger();

    const ids = ["sha256:new", "sha256:there", "sha256:else"];
    expect(ids.map((id) => later.mayRead(id))).toEqual([true, true, false]);
    expect(ids.map((id) => later.mayChange(id))).toEqual([true, false, false]);
    expect(ids.map((id) => other.mayRead(id))).toEqual([false, false, false]);
  });

  it("are forgotten once the engine has them no more: what is there again may be somebody else's", async () => {
    await using standIn = await StandInEngine.start();
    using engine = new Engine(standIn.socketPath);
    const kept = records();
    const ledger = new ImageLedger(kept);
    ledger.obtained("sha256:stays", true);
    ledger.obtained("sha256:goes", true);
    standIn.things.set("/images/json?all=1", [{ Id: "sha256:stays", RepoTags: [] }]);

    await ledger.snapshot(engine, signal);

    expect(ledger.mayChange("sha256:goes")).toBe(false);
    expect([ledger.mayChange("sha256:stays"), [...kept.kept.keys()]]).toEqual([
      true,
      ["sha256:stays"],
    ]);
  });
});
