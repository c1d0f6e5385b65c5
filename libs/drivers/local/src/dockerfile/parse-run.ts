import { dockerfileError } from "./errors.ts";
import { flagValue, readFlags } from "./flags.ts";
import type { InstructionBody } from "./instruction.ts";
import { readMount } from "./mount.ts";
import type { RawInstruction } from "./parse-instruction.ts";
import { readJsonWords } from "./text/words.ts";

const RULES = {
  keyword: "RUN",
  known: ["mount", "network"],
  repeatable: ["mount"],
  refused: {
    security: "Remove --security: every step runs without privileges over the host.",
    device: "Remove --device: steps get no devices of the host.",
  },
};

/** Reads `RUN` in shell and exec form with its mounts and network. */
export function readRun(raw: RawInstruction): InstructionBody {
  const flagged = readFlags(raw.rest, RULES, raw.place);
  const network = flagValue(flagged, "network");
  if (network !== undefined && !["default", "none", "host"].includes(network)) {
    throw dockerfileError(raw.place, `RUN --network=${network}`, "Expected default, none or host.");
  }
  if (flagged.rest === "")
    throw dockerfileError(raw.place, "RUN has no command", "Add what to run.");
  const words = readJsonWords(flagged.rest);
  const mounts = flagged.flags.get("mount") ?? [];
  for (const mount of mounts) if (!mount.includes("$")) readMount(mount, raw.place);
  return {
    kind: "run",
    command: words === undefined ? { form: "shell", text: flagged.rest } : { form: "exec", words },
    heredocs: raw.heredocs,
    mounts,
    ...(network === undefined ? {} : { network }),
  };
}
