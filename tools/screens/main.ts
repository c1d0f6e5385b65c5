import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { takeScreens } from "./take.ts";

const dir = fileURLToPath(new URL("../../docs/screens/", import.meta.url));
const isCheck = process.argv.includes("--check");

mkdirSync(dir, { recursive: true });
const drifted: string[] = [];
for (const [name, picture] of await takeScreens()) {
  const file = `${dir}${name}.svg`;
  if (!isCheck) writeFileSync(file, picture);
  else if (readIfThere(file) !== picture) drifted.push(`docs/screens/${name}.svg`);
}
if (drifted.length > 0) {
  process.stderr.write(
    `${drifted.join("\n")}\nThe program looks different by now: run \`npm run screens\`.\n`,
  );
  process.exitCode = 1;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // A picture that is not there has drifted, too.
    return "";
  }
}
