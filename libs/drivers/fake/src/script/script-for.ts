import type { RunSpec } from "@gantry/driver-api";
import type { Image } from "@gantry/reports";
import type { FakeOptions } from "../options.ts";
import { Script } from "./script.ts";
import { scriptOfWords } from "./words.ts";

/** Label of an image, or of a run, that names one of `options.scripts`. */
const LABEL = "fake.script";

/**
 * What the program of a run does. The first of these decides: the command `fake SCRIPT` (JSON) or `sh -c WORDS`; a script
 * of the options under the image's label, reference, id or digest; the reference itself, `fake/WORD-ARGUMENT`; the default.
 */
export function scriptFor(spec: RunSpec, image: Image | undefined, options: FakeOptions): Script {
  return (
    ofCommand(spec.command) ??
    ofOptions(spec, image, options) ??
    ofReference(spec.image.reference) ??
    options.script
  );
}

function ofCommand([program, first, second]: readonly string[]): Script | undefined {
  if (program === "fake" && first !== undefined) return Script.parse(JSON.parse(first));
  if (program === "sh" && first === "-c" && second !== undefined) return scriptOfWords(second);
  return undefined;
}

function ofOptions(
  spec: RunSpec,
  image: Image | undefined,
  { scripts }: FakeOptions,
): Script | undefined {
  const keys = [
    spec.labels[LABEL],
    image?.labels[LABEL],
    spec.image.reference,
    spec.image.id,
    spec.image.digest,
    ...(image?.references ?? []),
  ];
  const key = keys.find((each) => each !== undefined && Object.hasOwn(scripts, each));
  return key === undefined ? undefined : scripts[key];
}

/** `fake/exit-3` exits with 3, `fake/sleep-10` sleeps ten seconds, `fake/echo-hi` prints. */
function ofReference(reference: string | undefined): Script | undefined {
  const match = /^fake\/(exit|sleep|echo)-([^:@]+)/.exec(reference ?? "");
  return match === null ? undefined : scriptOfWords(`${match[1]} ${match[2]}`);
}
