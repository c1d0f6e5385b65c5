import { realpathSync } from "node:fs";
import { isatty } from "node:tty";
import { confirmOn } from "./confirm.ts";
import { Outputs } from "./output/outputs.ts";
import { runCli } from "./run-cli.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

void main();

async function main(): Promise<void> {
  const outputs = new Outputs();
  const [, script = "", ...words] = process.argv;
  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return outputs.stdout();
    },
    get stderr() {
      return outputs.stderr();
    },
    entry: realpathSync(script),
    version: VERSION,
    // Not asked of the streams: making them takes longer than the answer.
    ...(isatty(0) && isatty(2)
      ? { confirm: confirmOn(process.stdin, () => outputs.stderr()) }
      : {}),
    onInterrupt,
  };
  const exitCode = await runCli(words, world);
  await outputs.flushed();
  process.exit(exitCode);
}

function onInterrupt(listener: () => void): () => void {
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
