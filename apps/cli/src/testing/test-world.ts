import { PassThrough } from "node:stream";
import { join } from "node:path";
import type { World } from "../world.ts";

export interface TestWorld extends World {
  /** What has been printed so far. */
  text(output: "stdout" | "stderr"): string;
}

/** A world that is no terminal and keeps what is printed. */
export function testWorld(change: Partial<Pick<World, "env" | "cwd">> = {}): TestWorld {
  const kept = { stdout: collector(), stderr: collector() };
  return {
    env: {},
    cwd: "/",
    stdin: new PassThrough(),
    stdout: kept.stdout.stream,
    stderr: kept.stderr.stream,
    entry: join(import.meta.dirname, "../main.ts"),
    version: "1.2.3",
    onInterrupt: () => () => undefined,
    text: (output) => kept[output].text(),
    ...change,
  };
}

function collector() {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
