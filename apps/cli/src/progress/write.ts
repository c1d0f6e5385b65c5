import type { Output } from "../world.ts";

/** Writes and waits for room. An output whose reader is gone swallows the text. */
export async function write(output: Output, text: string | Uint8Array): Promise<void> {
  if (output.destroyed || text.length === 0 || output.write(text)) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      output.off("drain", go);
      output.off("close", go);
      output.off("error", go);
      resolve();
    };
    output.on("drain", go);
    output.on("close", go);
    output.on("error", go);
  });
}
