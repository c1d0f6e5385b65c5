import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { settle } from "./settle.ts";
import { takeScreens } from "./take.ts";

const GANTRY = fileURLToPath(new URL("../../apps/cli/bundle/gantry.js", import.meta.url));
const PICTURES = new URL("../../docs/screens/", import.meta.url);

if (!existsSync(GANTRY))
  process.stderr.write("skipped: gantry is not built; `npm test` builds it.\n");

test.skipIf(!existsSync(GANTRY))(
  "the pictures of docs/ui.md are what the program looks like; else: npm run screens",
  { timeout: 180_000, retry: 1 },
  async () => {
    for (const [name, picture] of await takeScreens()) {
      expect(picture).toBe(readFileSync(new URL(`${name}.svg`, PICTURES), "utf8"));
    }
  },
);

test.each([
  ["  ✓ succeeded  12.3s  10 steps", "  ✓ succeeded   0.4s  10 steps"],
  ["› shop   ● installed    now   install", "› shop   ● installed    2m    install"],
  [
    "$ gantry shell --attach 01M8ARC3HGPTWQSM67W3E5F13K",
    "$ gantry shell --attach 01KE0GANTRY000000000000000",
  ],
  ["  Created       2026-11-25 22:42:18  ", "  Created       2026-01-02 03:04:05  "],
])("the times in %j are those of every day", (row, expected) => {
  expect(settle(row)).toBe(expected);
  expect(settle(row)).toHaveLength(row.length);
});
