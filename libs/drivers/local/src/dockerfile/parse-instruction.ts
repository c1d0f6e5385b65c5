import { dockerfileError, type Place } from "./errors.ts";
import { readHealthcheck } from "./healthcheck.ts";
import type { ArgEntry, CommandLine, Instruction, InstructionBody, Pair } from "./instruction.ts";
import type { LogicalLine } from "./text/lines.ts";
import { nearestName } from "./nearest.ts";
import { readRun } from "./parse-run.ts";
import { readAdd, readCopy } from "./parse-transfer.ts";
import { cutPair, readJsonWords, splitPlain, splitWords } from "./text/words.ts";

/** One instruction before its arguments are understood. */
export interface RawInstruction {
  readonly keyword: string;
  readonly rest: string;
  readonly heredocs: LogicalLine["heredocs"];
  readonly escape: string;
  readonly place: Place;
}

type Reader = (raw: RawInstruction) => InstructionBody;

const READERS: Readonly<Record<string, Reader>> = {
  ADD: readAdd,
  ARG: readArg,
  CMD: (raw) => ({ kind: "cmd", command: readCommand(raw.rest) }),
  COPY: readCopy,
  ENTRYPOINT: (raw) => ({ kind: "entrypoint", command: readCommand(raw.rest) }),
  ENV: (raw) => ({ kind: "env", pairs: readPairs(raw) }),
  EXPOSE: (raw) => ({ kind: "expose", ports: splitPlain(raw.rest) }),
  HEALTHCHECK: readHealthcheck,
  LABEL: (raw) => ({ kind: "label", pairs: readPairs(raw) }),
  MAINTAINER: (raw) => ({ kind: "maintainer", name: raw.rest }),
  ONBUILD: readOnbuild,
  RUN: readRun,
  SHELL: readShell,
  STOPSIGNAL: (raw) => ({ kind: "stopsignal", signal: raw.rest }),
  USER: (raw) => ({ kind: "user", user: raw.rest }),
  VOLUME: (raw) => ({ kind: "volume", paths: readJsonWords(raw.rest) ?? splitPlain(raw.rest) }),
  WORKDIR: (raw) => ({ kind: "workdir", path: raw.rest }),
};

const KEYWORDS = ["FROM", ...Object.keys(READERS)].toSorted();
const MAY_BE_EMPTY = new Set(["CMD", "ENTRYPOINT"]);

/** Cuts a logical line into keyword and rest. */
export function toRaw(line: LogicalLine, escape: string, path: string): RawInstruction {
  const match = /^(\S+)\s*(.*)$/s.exec(line.text);
  return {
    keyword: (match?.[1] ?? "").toUpperCase(),
    rest: (match?.[2] ?? "").trim(),
    heredocs: line.heredocs,
    escape,
    place: { path, line: line.line },
  };
}

/** Reads any instruction but `FROM`. Throws for a keyword nobody knows, naming the nearest. */
export function readInstruction(raw: RawInstruction): Instruction {
  const reader = Object.hasOwn(READERS, raw.keyword) ? READERS[raw.keyword] : undefined;
  if (reader === undefined) {
    const near = nearestName(raw.keyword, KEYWORDS);
    const all = `Expected one of ${KEYWORDS.join(", ")}.`;
    throw dockerfileError(
      raw.place,
      `unknown instruction ${JSON.stringify(raw.keyword)}`,
      near === undefined ? all : `Did you mean ${near}? ${all}`,
    );
  }
  if (raw.rest === "" && !MAY_BE_EMPTY.has(raw.keyword)) {
    throw dockerfileError(raw.place, `${raw.keyword} has no arguments`, "Add what it needs.");
  }
  return { ...reader(raw), line: raw.place.line, text: `${raw.keyword} ${raw.rest}`.trim() };
}

function readCommand(rest: string): CommandLine {
  const words = readJsonWords(rest);
  return words === undefined ? { form: "shell", text: rest } : { form: "exec", words };
}

function readArg(raw: RawInstruction): InstructionBody {
  const entries = splitWords(raw.rest, raw.escape).map((word): ArgEntry => {
    const { name, value } = cutPair(word);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw dockerfileError(
        raw.place,
        `argument name ${JSON.stringify(name)}`,
        "Expected NAME or NAME=default.",
      );
    }
    return value === undefined ? { name } : { name, value };
  });
  return { kind: "arg", entries };
}

function readPairs(raw: RawInstruction): Pair[] {
  const words = splitWords(raw.rest, raw.escape);
  if (words[0]?.includes("=") === true) return words.map((word) => readPair(word, raw));
  const match = /^(\S+)\s+(.+)$/s.exec(raw.rest);
  if (match === null) {
    throw dockerfileError(
      raw.place,
      `${raw.keyword} ${raw.rest} has no value`,
      `Write ${raw.keyword} ${raw.rest}=value.`,
    );
  }
  return [{ name: match[1] ?? "", value: match[2] ?? "" }];
}

function readPair(word: string, raw: RawInstruction): Pair {
  const { name, value } = cutPair(word);
  if (value !== undefined && name !== "") return { name, value };
  throw dockerfileError(
    raw.place,
    `${raw.keyword} has ${JSON.stringify(word)}`,
    "Expected name=value; quote values that contain white space.",
  );
}

function readShell(raw: RawInstruction): InstructionBody {
  const words = readJsonWords(raw.rest);
  if (words !== undefined && words.length > 0) return { kind: "shell", words };
  throw dockerfileError(
    raw.place,
    `SHELL has ${raw.rest}`,
    'Expected JSON: SHELL ["/bin/bash", "-c"].',
  );
}

function readOnbuild(raw: RawInstruction): InstructionBody {
  const keyword = raw.rest.split(/\s/)[0]?.toUpperCase() ?? "";
  if (["ONBUILD", "FROM", "MAINTAINER"].includes(keyword)) {
    throw dockerfileError(
      raw.place,
      `${keyword} cannot be a trigger`,
      "Use another instruction after ONBUILD.",
    );
  }
  // Read now, so that a wrong trigger is found where it is written and not in the images built on it.
  readInstruction(
    toRaw(
      { line: raw.place.line, text: raw.rest, heredocs: raw.heredocs },
      raw.escape,
      raw.place.path,
    ),
  );
  const documents = raw.heredocs.map((heredoc) => `\n${heredoc.content}${heredoc.name}`).join("");
  return { kind: "onbuild", trigger: raw.rest + documents };
}
