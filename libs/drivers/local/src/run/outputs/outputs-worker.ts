import { once } from "node:events";
import { findFiles } from "./output-files.ts";
import { readFound } from "./outputs.ts";
import { frameHead } from "./outputs-process.ts";

/** Prints the files below its argument as frames. Whoever starts it has made it root of the sandbox's ids. */
async function send(bytes: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}

const top = process.argv[2] ?? "";
for (const file of await findFiles(top)) {
  for await (const piece of readFound(top, file)) {
    await send(frameHead(piece));
    await send(piece.data);
  }
}
