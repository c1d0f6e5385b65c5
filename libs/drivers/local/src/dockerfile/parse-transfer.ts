import { dockerfileError, unsupportedError } from "./errors.ts";
import { flagValue, readFlags, readSwitch } from "./flags.ts";
import { readHeredoc } from "./text/heredoc.ts";
import type { InstructionBody, Transfer } from "./instruction.ts";
import type { RawInstruction } from "./parse-instruction.ts";
import { readJsonWords, splitWords } from "./text/words.ts";

const REFUSED = {
  exclude: "List what must not be copied in .dockerignore.",
  parents: "Copy each directory to its own target.",
};
const COPY = { keyword: "COPY", known: ["from", "chown", "chmod", "link"], refused: REFUSED };
const ADD = {
  keyword: "ADD",
  known: ["chown", "chmod", "link"],
  refused: {
    ...REFUSED,
    checksum: "Only local files can be added: put the file into the context.",
    "keep-git-dir": "Only local files can be added: put the checkout into the context.",
    unpack: "Archives are always unpacked by ADD; use COPY to keep them packed.",
  },
};

/** Reads `COPY`. */
export function readCopy(raw: RawInstruction): InstructionBody {
  const { transfer, from } = readTransfer(raw, COPY);
  if (from !== undefined && from.includes("$")) {
    throw dockerfileError(
      raw.place,
      `COPY --from=${from} has a variable`,
      "Variables are not expanded there: write FROM with the variable AS a stage and copy from that.",
    );
  }
  return { kind: "copy", ...transfer, ...(from === undefined ? {} : { from }) };
}

/** Reads `ADD` of local files. */
export function readAdd(raw: RawInstruction): InstructionBody {
  const { transfer } = readTransfer(raw, ADD);
  const remote = transfer.sources.find((source) =>
    /^(?:https?|ftp|git|ssh):\/\/|^git@/i.test(source),
  );
  if (remote !== undefined) {
    throw unsupportedError(raw.place, "dockerfile-add-remote", {
      message: `ADD ${remote} fetches from the network, which is not supported`,
      hint: "Put the file into the build context, or fetch it in a RUN.",
    });
  }
  return { kind: "add", ...transfer };
}

function readTransfer(
  raw: RawInstruction,
  rules: typeof COPY | typeof ADD,
): { transfer: Transfer; from: string | undefined } {
  const flagged = readFlags(raw.rest, rules, raw.place);
  const words = readJsonWords(flagged.rest) ?? splitWords(flagged.rest, raw.escape);
  const target = words.at(-1);
  const sources = words.slice(0, -1);
  if (target === undefined || sources.length === 0) {
    throw dockerfileError(
      raw.place,
      `${raw.keyword} ${flagged.rest} has no ${words.length === 0 ? "source" : "target"}`,
      `Write ${raw.keyword} SOURCE... TARGET.`,
    );
  }
  const link = flagValue(flagged, "link");
  if (link !== undefined) readSwitch(link, "--link", raw.place);
  const chown = flagValue(flagged, "chown");
  const chmod = flagValue(flagged, "chmod");
  return {
    from: flagValue(flagged, "from"),
    transfer: {
      sources:
        raw.heredocs.length === 0
          ? sources
          : sources.filter((word) => readHeredoc(word) === undefined),
      heredocs: raw.heredocs,
      target,
      ...(chown === undefined ? {} : { chown }),
      ...(chmod === undefined ? {} : { chmod }),
    },
  };
}
