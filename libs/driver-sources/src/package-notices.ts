import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const PackageJson = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});

const INSTALL_SCRIPTS: readonly string[] = ["preinstall", "install", "postinstall"];

/** What npm would have done and Gantry does not: a driver package carries all that it needs. */
export async function packageNotices(root: string): Promise<readonly string[]> {
  const text = await readFile(join(root, "package.json"), "utf8").catch(() => "{}");
  const parsed = PackageJson.safeParse(toData(text));
  if (!parsed.success) return [];
  const { dependencies, scripts } = parsed.data;
  const missing: string[] = [];
  for (const name of Object.keys(dependencies))
    if (!(await isThere(join(root, "node_modules", name)))) missing.push(name);
  const ignored = INSTALL_SCRIPTS.filter((name) => name in scripts);
  return [
    ...(missing.length === 0
      ? []
      : [
          `It depends on ${missing.slice(0, 5).join(", ")}, not in the package; nothing else is installed.`,
        ]),
    ...(ignored.length === 0 ? [] : [`Its ${ignored.join(" and ")} script is not run.`]),
  ];
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function toData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
