import type { IncomingMessage } from "node:http";
import { Denied, unclear } from "../denied.ts";
import { type Findings, type Rule, isRecord } from "../create/rules.ts";
import { type Call, hasReach } from "./call.ts";

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads the JSON of a request and holds it against `rule`. What is sent on is written anew from what was read here, so
 * a field that is there twice, or under another spelling, reaches the engine as it was judged.
 */
export async function readBody(
  call: Call,
  rule: Rule,
): Promise<{
  readonly body: Record<string, unknown>;
  readonly references: Findings["references"];
}> {
  const body = await readObject(call.request);
  const findings: Findings = { hasReach: (reach) => hasReach(call, reach), references: [] };
  rule(body, { name: "", findings, replace: () => undefined });
  return { body, references: findings.references };
}

/** The JSON object that a request carries; an empty one when it carries nothing. */
async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new Denied(413, `A JSON body may have ${MAX_BYTES} bytes at most.`);
    chunks.push(bytes);
  }
  if (size === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw Object.assign(unclear("its body is not JSON"), { cause });
  }
  if (value === null) return {};
  if (!isRecord(value)) throw unclear("its body is no JSON object");
  return value;
}
