import type { Readable } from "node:stream";
import { z } from "zod";
import { lineChunks } from "@gantry/process";
import { PodmanFault } from "./podman-fault.ts";

/** One piece of what Podman tells while it works. */
export interface Told {
  readonly stream?: string | undefined;
  readonly id?: string | undefined;
}

const Line = z.object({
  stream: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
});

/** Reads the JSON lines of a pull or a build. Throws a `PodmanFault` for an error among them. */
export async function* engineLines(answer: Readable, doing: string): AsyncGenerator<Told> {
  let rest = "";
  for await (const chunk of lineChunks(answer)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const told = read(line);
      if (told?.error) throw new PodmanFault(doing, 200, told.error.trim());
      if (told !== undefined) yield told;
    }
  }
  const last = read(rest);
  if (last !== undefined) yield last;
}

function read(line: string): z.infer<typeof Line> | undefined {
  if (line.trim() === "") return undefined;
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    // Nothing that Podman means to say.
    return undefined;
  }
}
