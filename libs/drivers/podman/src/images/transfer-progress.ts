import type { Work } from "@gantry/driver-api";
import { engineLines } from "../engine/engine-lines.ts";
import type { PodmanCall, PodmanEngine } from "../engine/podman-engine.ts";

/** Has Podman fetch an image, passes on which blob it has come to, and gives the image's id. */
export async function runTransfer(
  engine: PodmanEngine,
  call: PodmanCall,
  { title, work }: { readonly title: string; readonly work: Work },
): Promise<string> {
  let [current, id] = [0, ""];
  for await (const told of engineLines(await engine.stream(call), title)) {
    if (told.id) id = told.id;
    if (!/^Copying (?:blob|config) /u.test(told.stream ?? "")) continue;
    current += 1;
    await work.report({ kind: "progress", title, current, unit: "items" });
  }
  call.signal.throwIfAborted();
  return id;
}
