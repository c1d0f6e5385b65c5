import { readChmod } from "../dockerfile/chmod.ts";
import { dockerfileError, type Place } from "../dockerfile/errors.ts";
import type { InstructionOf } from "../dockerfile/instruction.ts";
import type { HashedSources } from "./context/build-context.ts";
import type { FoundTree } from "./trees.ts";
import type { PlannedStep } from "./step-plan.ts";
import { joinDirectory } from "./image/stage-image.ts";

export interface CopySurroundings {
  readonly place: Place;
  readonly workingDir: string;
  readonly tree: FoundTree;
  readonly signal: AbortSignal;
}

/** Decides what a COPY or ADD does, and what its result depends on. */
export async function planCopy(
  instruction: InstructionOf<"copy"> | InstructionOf<"add">,
  around: CopySurroundings,
): Promise<PlannedStep> {
  const { tree, place, signal } = around;
  if (instruction.chmod !== undefined) checkMode(instruction.chmod, place);
  const hashed =
    tree.kind === "context"
      ? await tree.context.read(instruction.sources, { place, signal })
      : undefined;
  return {
    plan: {
      kind: "copy",
      from: tree.source,
      ...(hashed === undefined ? {} : { sources: hashed.sources }),
      patterns: instruction.sources,
      texts: instruction.heredocs.map(({ name, content }) => ({ name, content })),
      target: absolute(instruction.target, around.workingDir),
      chown: instruction.chown,
      chmod: instruction.chmod,
      keepOwners: tree.kind === "layers",
      unpack: instruction.kind === "add",
    },
    facts: factsOf(tree, hashed),
  };
}

/** What a tree contributes to a step's key. */
export function factsOf(tree: FoundTree, hashed: HashedSources | undefined): Map<string, string> {
  if (hashed === undefined)
    return new Map([[tree.label, tree.kind === "layers" ? tree.identity : ""]]);
  return new Map([...hashed.contents].map(([path, content]) => [`file ${path}`, content]));
}

function checkMode(text: string, place: Place): void {
  if (readChmod(text) !== undefined) return;
  throw dockerfileError(
    place,
    `--chmod=${text}`,
    "Expected octal digits such as 0755, or clauses such as u=rwX,go=rX.",
  );
}

/** A slash at the end says that the target is a directory, and is kept. */
function absolute(target: string, workingDir: string): string {
  const clean = joinDirectory(workingDir, target);
  const isDirectory = /(?:^|\/)\.{0,2}$/.test(target);
  return isDirectory && clean !== "/" ? `${clean}/` : clean;
}
