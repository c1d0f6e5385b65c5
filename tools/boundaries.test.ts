import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { forbiddenDependencies } from "./boundaries.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function check(): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ["tools/check-boundaries.ts"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NX_DAEMON: "false", NX_CACHE_PROJECT_GRAPH: "false" },
  });
  return { status, stderr };
}

describe("the boundaries of the house", () => {
  test("no import of the repository breaks them", () => {
    expect(check()).toEqual({ status: 0, stderr: "" });
  });

  test("an import that does is found, by name", () => {
    const planted = `${root}/apps/cli/src/planted.ts`;
    writeFileSync(planted, 'export { dockerDriver } from "@gantry/driver-docker";\n');
    try {
      const { status, stderr } = check();
      expect(status).toBe(1);
      expect(stderr).toContain("@gantry/cli -> @gantry/driver-docker");
    } finally {
      rmSync(planted);
    }
  });

  test("a project without tags may lean on nothing", () => {
    const projects = [
      { name: "a", tags: [] },
      { name: "b", tags: ["layer:kernel", "side:both"] },
    ];
    expect(forbiddenDependencies(projects, [{ source: "a", target: "b" }])).toEqual(["a -> b"]);
  });
});
