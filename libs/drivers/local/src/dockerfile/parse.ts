import { dockerfileError, type Place } from "./errors.ts";
import { flagValue, readFlags } from "./flags.ts";
import type { Dockerfile, Instruction, InstructionOf, Stage } from "./instruction.ts";
import { readDirectives, readLines } from "./text/lines.ts";
import { type RawInstruction, readInstruction, toRaw } from "./parse-instruction.ts";
import { splitPlain } from "./text/words.ts";

type OpenStage = Omit<Stage, "instructions"> & { readonly instructions: Instruction[] };

/** Reads a Dockerfile. Throws `invalid-request` or `unsupported` with path and line for the first thing that is wrong. */
export function parseDockerfile(text: string, path: string): Dockerfile {
  const { escape } = readDirectives(text, path);
  const globalArgs: InstructionOf<"arg">[] = [];
  const stages: OpenStage[] = [];
  for (const line of readLines(text, path, escape)) {
    const raw = toRaw(line, escape, path);
    if (raw.keyword === "FROM") stages.push(readFrom(raw, stages));
    else placeInstruction(readInstruction(raw), { globalArgs, stages, path });
  }
  if (stages.length > 0) return { path, escape, globalArgs, stages };
  throw dockerfileError(
    { path, line: 1 },
    "there is no FROM",
    "Begin with FROM image, or FROM scratch.",
  );
}

/** Reads one stored trigger of a base image, as it stands in `OnBuild`. */
export function parseTrigger(trigger: string, place: Place): Instruction {
  const [line] = readLines(trigger, place.path, "\\");
  const raw = toRaw(line ?? { line: 1, text: "", heredocs: [] }, "\\", place.path);
  return readInstruction({ ...raw, place });
}

function placeInstruction(
  instruction: Instruction,
  into: { globalArgs: InstructionOf<"arg">[]; stages: OpenStage[]; path: string },
): void {
  const stage = into.stages.at(-1);
  if (stage !== undefined) stage.instructions.push(instruction);
  else if (instruction.kind === "arg") into.globalArgs.push(instruction);
  else {
    throw dockerfileError(
      { path: into.path, line: instruction.line },
      `${instruction.text.split(" ")[0] ?? ""} stands before the first FROM`,
      "Only ARG may stand before FROM.",
    );
  }
}

function readFrom(raw: RawInstruction, before: readonly OpenStage[]): OpenStage {
  const flagged = readFlags(raw.rest, { keyword: "FROM", known: ["platform"] }, raw.place);
  const [base, as, name, ...more] = splitPlain(flagged.rest);
  const wrong =
    as !== undefined && (as.toUpperCase() !== "AS" || name === undefined || more.length > 0);
  if (base === undefined || wrong) {
    throw dockerfileError(
      raw.place,
      `FROM ${raw.rest}`,
      "Expected FROM [--platform=P] IMAGE [AS NAME].",
    );
  }
  const platform = flagValue(flagged, "platform");
  return {
    index: before.length,
    line: raw.place.line,
    text: `FROM ${raw.rest}`,
    base,
    instructions: [],
    ...(name === undefined ? {} : { name: checkName(name, before, raw.place) }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function checkName(name: string, before: readonly OpenStage[], place: Place): string {
  const lower = name.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(lower)) {
    throw dockerfileError(
      place,
      `stage name ${JSON.stringify(name)}`,
      "Expected a letter, then letters, digits, '-', '_' or '.'.",
    );
  }
  const same = before.find((stage) => stage.name === lower);
  if (same === undefined) return lower;
  throw dockerfileError(
    place,
    `stage ${lower} exists already in line ${same.line}`,
    "Name each stage differently.",
  );
}
