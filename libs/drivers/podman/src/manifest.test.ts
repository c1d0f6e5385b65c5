import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { podmanDriver } from "./definition.ts";

/** What these tests look at; the whole of it is checked where packages are read. */
const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  facets: z.array(z.enum(["build", "run", "images"])),
  optionsSchema: z.unknown(),
  powers: z.looseObject({ engine: z.unknown() }),
});

async function manifest(): Promise<z.infer<typeof Manifest>> {
  const text = await readFile(join(import.meta.dirname, "../gantry-driver.json"), "utf8");
  return Manifest.parse(JSON.parse(text));
}

describe("the driver's manifest", () => {
  it("says of the driver what the driver says of itself", async () => {
    const { name, version, optionsSchema, facets } = await manifest();
    await using dir = await TempDir.create();
    await using driver = podmanDriver.create({}, { stateDir: dir.path, contentDir: dir.path });

    expect({ name, version }).toEqual({ name: podmanDriver.name, version: podmanDriver.version });
    expect(optionsSchema).toEqual(podmanDriver.optionsSchema);
    expect(facets.filter((facet) => driver[facet] !== undefined)).toEqual(facets);
  });

  it("asks for Podman through a filtered socket, and for nothing else of the machine", async () => {
    const { engine, ...more } = (await manifest()).powers;

    expect(engine).toMatchObject({ api: "podman" });
    expect(JSON.stringify(engine)).not.toContain("raw-socket");
    expect(more).toEqual({});
  });
});
