import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DriverManifest, MANIFEST_FILE } from "@gantry/driver-package";
import { expect, it } from "vitest";
import { buildxDriver } from "./definition.ts";

it("says of the package what the driver says of itself", () => {
  const text = readFileSync(join(import.meta.dirname, "..", MANIFEST_FILE), "utf8");

  const manifest = DriverManifest.parse(JSON.parse(text));

  const { name, version, optionsSchema } = buildxDriver;
  expect(manifest).toMatchObject({ name, version, facets: ["build", "images"] });
  expect(manifest.optionsSchema).toEqual(optionsSchema);
});
