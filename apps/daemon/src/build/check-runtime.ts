import { DriverError, type RunSpec } from "@gantry/driver-api";
import type { Image } from "@gantry/reports";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import { BARE_RUN } from "../run/spec.ts";

const NODE = "/cnab/app/runtime/node";

export interface RuntimeCheck {
  /** Of the run. */
  readonly id: string;
  readonly image: Image;
  readonly owner: string;
  readonly signal: AbortSignal;
}

/** Runs the image's Node binary once. Throws `base-unusable` when the base image lacks what it needs. */
export async function checkRuntime(
  { instance, name }: Endpoint,
  { id, image, owner, signal }: RuntimeCheck,
): Promise<void> {
  if (instance.run === undefined) return;
  const run = await instance.run
    .start(specFor(id, image, owner), signal)
    .catch((error: unknown): undefined => {
      if (error instanceof DriverError && error.code !== "internal") throw error;
      throw unusable(name, error instanceof Error ? error.message : "");
    });
  if (run === undefined) return;
  try {
    const outcome = await run.outcome(AbortSignal.any([signal, AbortSignal.timeout(30_000)]));
    if (outcome.kind === "exited" && outcome.exitCode === 0) return;
    let said = "";
    for await (const { event } of run.events(undefined, signal)) said += event.text;
    throw unusable(name, said.trim());
  } finally {
    await run.remove(AbortSignal.timeout(30_000));
  }
}

function specFor(id: string, image: Image, owner: string): RunSpec {
  return {
    ...BARE_RUN,
    id,
    owner,
    labels: { purpose: "check" },
    image: { id: image.id },
    command: [NODE, "--version"],
  };
}

function unusable(endpoint: string, said: string): Fault {
  return new Fault(
    "base-unusable",
    `The run tool cannot run on this base image (tried with ${endpoint}): ${said || "it did not start"}`,
    {
      hint: "The base needs glibc 2.28 or later, libstdc++6 and libgcc: use debian:stable-slim with `apt-get install -y libstdc++6`, or another Debian, Ubuntu or Fedora base. Alpine and BusyBox bases do not work.",
    },
  );
}
