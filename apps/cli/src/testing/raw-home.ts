import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GantryHome } from "./gantry-home.ts";

/** A home whose endpoint `raw` runs a program that writes these bytes, piece by piece, to its standard output. */
export function rawHome(pieces: readonly Buffer[]): GantryHome {
  const home = new GantryHome([]);
  const executable = join(home.dir, "raw");
  const texts = pieces.map((piece) => piece.toString("base64"));
  writeFileSync(executable, programOf(texts));
  chmodSync(executable, 0o755);
  const endpoints = [
    { name: "fake", driver: "fake" },
    { name: "raw", driver: "command", options: { executable } },
  ];
  writeFileSync(join(home.dir, "home/config.yaml"), JSON.stringify({ endpoints }));
  return home;
}

/** Each piece is written when the one before has been taken, so that characters come in parts. */
function programOf(texts: readonly string[]): string {
  return `#!${process.execPath}
const { mkdirSync, writeFileSync } = await import("node:fs");
if (process.argv[2] === "--handles") {
  process.stdout.write("docker,oci\\n");
} else {
  process.stdin.resume();
  const pieces = ${JSON.stringify(texts)};
  for (const piece of pieces) {
    await new Promise((taken) => process.stdout.write(Buffer.from(piece, "base64"), taken));
    await new Promise((later) => setTimeout(later, 20));
  }
  const outputs = process.env.CNAB_OUTPUT_DIR + "/cnab/app/outputs";
  mkdirSync(outputs, { recursive: true });
  writeFileSync(outputs + "/porter-state", "");
  process.exit(0);
}
`;
}
