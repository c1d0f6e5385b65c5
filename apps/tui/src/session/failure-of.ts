import type { Failure } from "@gantry/protocol";

/** An error in the words of the daemon, or of whoever could not reach it. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "internal", message: String(error) };
  const data: unknown = "data" in error ? error.data : undefined;
  const [code, hint, details] = ["code", "hint", "details"].map((name): unknown =>
    isRecord(data) ? data[name] : Reflect.get(error, name),
  );
  return {
    code: typeof code === "string" ? code : "internal",
    message: error.message,
    ...(typeof hint === "string" && hint !== "" ? { hint } : {}),
    ...(Array.isArray(details) ? { details: details.map(String) } : {}),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
