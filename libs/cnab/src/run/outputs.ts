import { appliesTo } from "../bundle/actions.ts";
import type { Bundle, Definition, Output } from "../bundle/schema.ts";
import { json } from "../definitions/convert-value.ts";
import { definitionOf, isSensitive, keyword, typesOf } from "../definitions/definition.ts";
import { faultsOf } from "../definitions/validate-value.ts";
import { outputPlaceOf } from "../inputs/place.ts";
import { digestOf } from "../json/digest.ts";
import { member, pointer, toJson } from "../json/json-value.ts";
import { type Problem, problem } from "../problem.ts";
import { render } from "./render.ts";

/** What an action left behind. */
export interface CollectedOutputs {
  readonly bundle: Bundle;
  readonly action: string;
  /** Output name to its bytes; names that the bundle does not declare are the runtime's own, such as logs. */
  readonly collected: ReadonlyMap<string, Uint8Array>;
}

/** One output as it is kept. */
export interface SettledOutput {
  readonly name: string;
  readonly content: Uint8Array;
  readonly from: "run" | "default";
  /** Never to be printed or logged. */
  readonly sensitive: boolean;
  /** What a claim result says of it (CNAB Claims 400, "Claim Results"). */
  readonly metadata: {
    readonly contentDigest?: string;
    readonly generatedByBundle: "true" | "false";
  };
}

/** The outputs that the action owes: path in the image to output name. */
export function expectedOutputs(bundle: Bundle, action: string): ReadonlyMap<string, string> {
  return new Map(
    owed(bundle, action).map(([name, output]) => {
      const place = outputPlaceOf(output.path);
      return ["path" in place ? place.path : output.path, name];
    }),
  );
}

/**
 * Completes and checks the outputs of an action (CNAB Core 101, "Outputs"): what is missing gets its default as JSON
 * text (strings raw), or is a problem; what was left must fit its definition. Every output that exists is given
 * back, a faulty one too; each problem makes the run a failed one.
 */
export function settleOutputs(request: CollectedOutputs): {
  readonly outputs: readonly SettledOutput[];
  readonly problems: readonly Problem[];
} {
  const { bundle, action, collected } = request;
  const settled = owed(bundle, action).map(([name, output]) =>
    settle(name, definitionOf(bundle, output), collected.get(name)),
  );
  const own = [...collected]
    .filter(([name]) => member(bundle.outputs, name) === undefined)
    .map(([name, content]) => toOutput(name, { content, from: "run", definition: undefined }));
  return {
    outputs: [...settled.flatMap(({ output }) => output ?? []), ...own],
    problems: settled.flatMap(({ problems }) => problems),
  };
}

function owed(bundle: Bundle, action: string): readonly (readonly [string, Output])[] {
  return Object.entries(bundle.outputs ?? {}).filter(([, output]) => appliesTo(output, action));
}

function settle(name: string, definition: Definition, content: Uint8Array | undefined) {
  if (content !== undefined) {
    const output = toOutput(name, { content, from: "run", definition });
    return { output, problems: invalid(name, definition, content) };
  }
  const preset = keyword(definition, "default");
  if (preset === undefined) return { output: undefined, problems: [missing(name)] };
  const text = new TextEncoder().encode(render(toJson(preset)));
  const output = toOutput(name, { content: text, from: "default", definition });
  return { output, problems: [] };
}

interface Found extends Pick<SettledOutput, "content" | "from"> {
  /** Absent for an output of the runtime's own. */
  readonly definition: Definition | undefined;
}

function toOutput(name: string, { content, from, definition }: Found): SettledOutput {
  const generatedByBundle = definition === undefined ? "false" : "true";
  return {
    name,
    content,
    from,
    sensitive: definition !== undefined && isSensitive(definition),
    metadata: {
      generatedByBundle,
      ...(content.length > 0 ? { contentDigest: digestOf(content) } : {}),
    },
  };
}

function missing(name: string): Problem {
  const path = pointer("outputs", name);
  const message = `The output "${name}" was not written and has no default.`;
  const hint = "Let the action write it, or give its definition a default.";
  return problem({ code: "output-missing", path, message, hint });
}

function invalid(name: string, definition: Definition, content: Uint8Array): readonly Problem[] {
  return contentFaults(definition, content).map((fault) => {
    const path = pointer("outputs", name);
    const message = `The output "${name}" does not fit its definition: ${fault}.`;
    const hint = "Let the action write a fitting value, or change the definition.";
    return problem({ code: "output-invalid", path, message, hint });
  });
}

/** Text counts as such where a string may be, everything else as JSON; bytes that are no text pass as a string. */
function contentFaults(definition: Definition, content: Uint8Array): readonly string[] {
  if (content.length === 0) return [];
  const text = readText(content);
  const types = typesOf(definition);
  const takesText = types.length === 0 || types.includes("string");
  if (text === undefined)
    return takesText ? [] : [`expected ${types.join(" or ")}, found other bytes`];
  const value = json(text);
  const readings = [
    ...(value === undefined ? [] : [value]),
    ...(takesText ? [text, text.replace(/\r?\n$/, "")] : []),
  ];
  if (readings.length === 0) return [`expected ${types.join(" or ")}, found text that is no JSON`];
  const faults = readings.map((reading) => faultsOf(withoutEncoding(definition), reading));
  return faults.some((found) => found.length === 0) ? [] : (faults.at(-1) ?? []);
}

/** The file holds the content itself; only a value inside JSON would be encoded. */
function withoutEncoding(definition: Definition): Definition {
  if (keyword(definition, "contentEncoding") === undefined) return definition;
  return Object.fromEntries(
    Object.entries(definition).filter(([name]) => name !== "contentEncoding"),
  );
}

function readText(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
