import type { z } from "zod";
import { pointer } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { type Problem, problem } from "../problem.ts";
import { Bundle } from "./schema.ts";

const FIELDS = Object.keys(Bundle.out.shape);

/** The problems of a document's shape, one for each place. */
export function structureProblems(error: z.ZodError): readonly [Problem, ...Problem[]] {
  const [first, ...rest] = error.issues.flatMap(toProblems);
  return [first ?? structure("", "The bundle has an unexpected shape."), ...rest];
}

function structure(path: string, message: string): Problem {
  const hint = "Compare it with the bundle format in CNAB Core 1.2, section 101.";
  return problem({ code: "structure", path, message, hint });
}

function toProblems(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map(unknownField);
  const path = pointer(...issue.path);
  const where = path === "" ? "The bundle" : `${path} of the bundle`;
  return [structure(path, `${where} is not as expected: ${issue.message}.`)];
}

function unknownField(field: string): Problem {
  const message = `The bundle has a field "${field}" that CNAB does not define.`;
  const hint = `${suggestion(field, FIELDS, "")} Data of a tool belongs below "custom".`;
  return problem({ code: "unknown-field", path: pointer(field), message, hint });
}
