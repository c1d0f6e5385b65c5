import type { Driver } from "@gantry/driver-api";
import { newId } from "@gantry/cnab";
import { BARE_RUN } from "../run/spec.ts";

interface Once {
  readonly image: { readonly id?: string };
  /** For `sh -c`. */
  readonly script: string;
  readonly signal: AbortSignal;
}

/** Runs a script to its end and removes it; what it printed on stdout. */
export async function runOnce(driver: Driver, { image, script, signal }: Once): Promise<string> {
  const run = await driver.run?.start(
    {
      ...BARE_RUN,
      id: newId({}),
      owner: "conformance",
      labels: {},
      image,
      command: ["sh", "-c", script],
    },
    signal,
  );
  if (run === undefined) return "";
  let printed = "";
  for await (const { event } of run.events(undefined, signal))
    if (event.kind === "log" && event.stream === "stdout") printed += event.text;
  await run.outcome(signal);
  await run.remove(signal);
  return printed;
}
