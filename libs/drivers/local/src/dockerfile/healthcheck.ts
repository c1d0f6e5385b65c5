import { dockerfileError, type Place } from "./errors.ts";
import { readFlags } from "./flags.ts";
import type { CommandLine, InstructionBody } from "./instruction.ts";
import type { RawInstruction } from "./parse-instruction.ts";
import { readJsonWords } from "./text/words.ts";

const KNOWN = ["interval", "timeout", "start-period", "start-interval", "retries"];

/** Reads `HEALTHCHECK NONE` and `HEALTHCHECK [--interval=…] CMD …`. */
export function readHealthcheck(raw: RawInstruction): InstructionBody {
  const { flags, rest } = readFlags(raw.rest, { keyword: "HEALTHCHECK", known: KNOWN }, raw.place);
  const [, type = "", body = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  const given = [...flags].map(([name, values]) => [name, values[0] ?? ""] as const);
  const options = Object.fromEntries(
    given.map(([name, text]) => [name, readOption(name, text, raw.place)]),
  );
  if (type.toUpperCase() === "NONE" && body === "")
    return { kind: "healthcheck", test: "NONE", options };
  if (type.toUpperCase() === "CMD" && body !== "")
    return { kind: "healthcheck", test: readTest(body), options };
  throw dockerfileError(raw.place, `HEALTHCHECK ${rest}`, "Expected NONE or CMD with a command.");
}

function readTest(body: string): CommandLine {
  const words = readJsonWords(body);
  return words === undefined ? { form: "shell", text: body } : { form: "exec", words };
}

function readOption(name: string, text: string, place: Place): number {
  if (name !== "retries") return readDuration(text, name, place);
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw dockerfileError(place, `--retries=${text}`, "Expected a number.");
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Reads a Go duration such as `1m30s` into nanoseconds. */
function readDuration(text: string, name: string, place: Place): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map((part) => part[0]).join("") === text) {
    return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0), 0);
  }
  if (text === "0") return 0;
  throw dockerfileError(place, `--${name}=${text}`, "Expected a duration such as 30s or 1m30s.");
}
