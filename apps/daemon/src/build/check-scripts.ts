import { type Manifest, readExecStep } from "@gantry/manifest";
import { Fault } from "../fault.ts";
import type { ContextFile } from "./context-files.ts";
import type { Source } from "./source.ts";

/** A script that a step runs and that the build context does not hold, or not as a program. */
interface MissingScript {
  readonly text: string;
  readonly line: number;
}

/**
 * Looks whether the scripts that exec steps run are in the context. Without a template nothing else could bring one into
 * the image, so a missing one is refused as `lint-failed`; with a template the returned warnings say so.
 */
export function checkScripts(
  { manifest, template, dir }: Pick<Source, "manifest" | "template" | "dir">,
  files: readonly ContextFile[],
): string[] {
  const missing = missingScripts(manifest, new Map(files.map((file) => [file.path, file])));
  const [first] = missing;
  const isSure = template === undefined && manifest.mixins.every(({ name }) => name === "exec");
  if (first === undefined || !isSure) return missing.map(({ text }) => text);
  throw new Fault("lint-failed", first.text, {
    hint: `Put the file into ${dir}, make it executable, see that .dockerignore does not leave it out, or correct the step.`,
    details: missing.length > 1 ? missing.map(({ text }) => text) : [],
    place: { path: manifest.path, line: first.line },
  });
}

function missingScripts(
  manifest: Manifest,
  files: ReadonlyMap<string, ContextFile>,
): MissingScript[] {
  return [...manifest.actions].flatMap(([action, steps]) =>
    steps.flatMap(({ mixin, input, line }, index) => {
      const script = mixin === "exec" ? scriptOf(input) : undefined;
      const wrong = script === undefined ? undefined : faultOf(files.get(script));
      if (wrong === undefined) return [];
      const where = `${manifest.path}:${line}: ${action}, step ${index + 1}`;
      return [{ text: `${where} runs ./${script}, which ${wrong}.`, line }];
    }),
  );
}

function faultOf(file: ContextFile | undefined): string | undefined {
  if (file === undefined) return "is not in the bundle's directory";
  return file.isProgram ? undefined : "is not executable";
}

/** The file that a step names as `./FILE`; `undefined` for programs of the image and for templates. */
function scriptOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const { command, dir } = readExecStep(input);
  if (dir !== undefined || !command.startsWith("./") || command.includes("${")) return undefined;
  return command.slice(2);
}
