import type { Readable } from "node:stream";
import type { Work } from "@gantry/driver-api";
import { LineChunker } from "@gantry/process";
import type { WorkEvent } from "@gantry/reports";
import { engineLines } from "../engine/engine-lines.ts";
import type { BuildSteps } from "./build-steps.ts";

/** How long a step may look for itself in the cache before it is told of as begun. */
const SETTLE_MS = 200;
const IMAGE_ID = /^([0-9a-f]{64})\n?$/u;

/** Reads what Podman tells of a build to its end; gives the id of the image. Throws a `PodmanFault` when the build fails. */
export async function followBuild(
  answer: Readable,
  steps: BuildSteps,
  work: Work,
): Promise<string> {
  let told = Promise.resolve();
  const tell = (events: readonly WorkEvent[]): Promise<void> => {
    told = told.then(async () => {
      for (const event of events) await work.report(event);
    });
    return told;
  };
  const settling = setInterval(() => void tell(steps.settle()).catch(() => undefined), SETTLE_MS);
  const lines = new LineChunker();
  let id = "";
  try {
    for await (const { stream = "" } of engineLines(answer, "building")) {
      id = IMAGE_ID.exec(stream)?.[1] ?? id;
      await tell(steps.read("stdout", lines.push(Buffer.from(stream))));
    }
    return id;
  } finally {
    clearInterval(settling);
    await tell(steps.read("stdout", lines.end()));
  }
}
