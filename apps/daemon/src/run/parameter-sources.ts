import { type Bundle, convertValue, definitionOf, type JsonValue } from "@gantry/cnab";
import { z } from "zod";
import type { Outputs } from "../store/outputs.ts";

/** The extension `io.cnab.parameter-sources` (CNAB 810), as far as outputs of the same installation go. */
const Sources = z.record(
  z.string(),
  z.looseObject({
    priority: z.array(z.string()),
    sources: z.looseObject({ output: z.looseObject({ name: z.string() }).optional() }),
  }),
);

/** Values that earlier runs of the installation left for this run's parameters. */
export function sourcedValues(
  bundle: Bundle,
  installationId: string,
  outputs: Outputs,
): Record<string, JsonValue> {
  const sources = Sources.safeParse(bundle.custom?.["io.cnab.parameter-sources"]);
  if (!sources.success) return {};
  const latest = new Map(outputs.latest(installationId).map((output) => [output.name, output]));
  const values = Object.entries(sources.data).flatMap(([name, { priority, sources: from }]) => {
    const output = priority.includes("output") ? latest.get(from.output?.name ?? "") : undefined;
    const parameter = bundle.parameters?.[name];
    if (output === undefined || parameter === undefined) return [];
    const content = outputs.read(output);
    return [
      [
        name,
        convertValue(definitionOf(bundle, parameter), content, { subject: `parameter "${name}"` }),
      ] as const,
    ];
  });
  return Object.fromEntries(values);
}
