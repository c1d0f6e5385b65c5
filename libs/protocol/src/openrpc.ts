import type { Method } from "@gantry/rpc";
import { z } from "zod";

/** The OpenRPC 1.3 document of `methods`. Progress, which OpenRPC has no word for, is under `x-progress`. */
export function toOpenRpc(
  methods: readonly Method[],
  info: { readonly title: string; readonly version: string },
): Record<string, unknown> {
  return { openrpc: "1.3.2", info: { ...info }, methods: methods.map(describe) };
}

function describe({ name, summary, params, result, progress }: Method): Record<string, unknown> {
  return {
    name,
    summary,
    paramStructure: "by-name",
    params: describeParams(params),
    result: { name: "result", schema: schemaOf(result, "output") },
    ...(progress === undefined
      ? {}
      : { "x-progress": { name: "progress", schema: schemaOf(progress, "output") } }),
  };
}

function describeParams(params: z.ZodType): unknown[] {
  const schema = schemaOf(params, "input");
  const required: unknown = schema["required"];
  const names = Array.isArray(required) ? required : [];
  return Object.entries(schema["properties"] ?? {}).map(([name, property]) => ({
    name,
    required: names.includes(name),
    schema: property,
  }));
}

function schemaOf(type: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema;
}
