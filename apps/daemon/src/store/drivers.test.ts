import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { openHome } from "../home.ts";
import { Store } from "./store.ts";

it("keeps what owners of an engine came by, apart for each of them, until they are gone", async () => {
  await using dir = await TempDir.create("gantry-store-");
  const home = openHome(join(dir.path, "home"));
  const owner = { kind: "bundle", name: "/hello" } as const;
  {
    using store = new Store(home);
    const images = store.obtainedImages.of(owner, "/a.sock");
    images.add({ id: "sha256:one", isNew: true });
    images.add({ id: "sha256:one", isNew: false });
    images.add({ id: "sha256:two", isNew: false });
    images.add({ id: "sha256:gone", isNew: true });
    images.remove(["sha256:gone"]);
  }

  using store = new Store(home);
  const of = (name: string, engine: string) =>
    store.obtainedImages.of({ kind: "bundle", name }, engine).list();

  expect(of("/hello", "/a.sock")).toEqual([
    { id: "sha256:one", isNew: true },
    { id: "sha256:two", isNew: false },
  ]);
  expect([of("/hello", "/b.sock"), of("/other", "/a.sock")]).toEqual([[], []]);
  store.obtainedImages.forget(owner);
  expect(of("/hello", "/a.sock")).toEqual([]);
});
