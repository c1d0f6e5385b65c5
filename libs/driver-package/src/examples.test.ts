import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { DriverManifest, MANIFEST_FILE } from "./manifest.ts";

const examples = resolve(import.meta.dirname, "../../../examples");
const manifests = readdirSync(examples)
  .map((name) => join(examples, name, MANIFEST_FILE))
  .filter((file) => existsSync(file));

it.each(manifests)("reads %s", (file) => {
  const manifest = DriverManifest.parse(JSON.parse(readFileSync(file, "utf8")));

  expect(file).toBe(join(examples, `driver-${manifest.name}`, MANIFEST_FILE));
});
