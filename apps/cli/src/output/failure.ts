import type { Failure } from "@gantry/protocol";
import { ERRORS, isErrorCode } from "@gantry/protocol/light";
import { cleanText } from "@gantry/terminal-text";
import { paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** Something that went wrong, with the exit code that says so. */
export interface Told extends Failure {
  readonly exitCode: number;
}

const DEFECT_HINT = "Report it, with the command and `gantryd.log` of GANTRY_HOME.";

/** Exit code of a failed operation. */
export function exitCodeOf(code: string): number {
  return isErrorCode(code) ? ERRORS[code].exitCode : 70;
}

/** Puts any error into words for the user. A defect is said to be one. */
export function toTold(error: unknown): Told {
  if (!(error instanceof Error)) return { ...defect(String(error)), exitCode: 70 };
  switch (error.name) {
    case "UsageError":
      return { ...worded(error), code: "usage", exitCode: 2 };
    case "InterruptedError":
      return { code: "canceled", message: error.message, exitCode: 130 };
    case "DaemonError":
      return { ...worded(error), exitCode: 3 };
    case "ConnectionClosedError":
      return { ...worded(error), code: "lost", exitCode: 3 };
    case "FileError":
      return { ...worded(error), exitCode: 1 };
    case "RpcError":
      return fromWire(error);
    default:
      return { ...defect(error.message), exitCode: 70 };
  }
}

function fromWire(error: Error): Told {
  const data = "data" in error && isRecord(error.data) ? error.data : {};
  const failure = worded({ ...data, message: error.message });
  return { ...failure, exitCode: exitCodeOf(failure.code) };
}

function defect(message: string): Failure {
  return { code: "internal", message: `Gantry has a defect: ${message}`, hint: DEFECT_HINT };
}

function worded(source: { readonly message: string }): Failure {
  const { code, hint, details, place } = {
    code: "",
    hint: "",
    details: [],
    place: {},
    ...pick(source),
  };
  return {
    code: typeof code === "string" && code !== "" ? code : "internal",
    message: source.message,
    ...(typeof hint === "string" && hint !== "" ? { hint } : {}),
    ...(Array.isArray(details) && details.length > 0 ? { details: details.map(String) } : {}),
    ...(isPlace(place) ? { place } : {}),
  };
}

function pick(source: object): Record<string, unknown> {
  const names = ["code", "hint", "details", "place"];
  return Object.fromEntries(names.map((name) => [name, Reflect.get(source, name)]));
}

function isPlace(value: unknown): value is NonNullable<Failure["place"]> {
  return isRecord(value) && typeof value["path"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells the user: lines on stderr, or with `-o json` one line of JSON, the last one there. */
export async function tell(world: World, told: Told, json: boolean): Promise<void> {
  const text = json ? `${JSON.stringify({ error: told })}\n` : textOf(world, told);
  await write(world.stderr, text);
}

function textOf({ stderr, env }: World, { message, place, details = [], hint }: Told): string {
  const paint = paintFor(stderr, env);
  const at = [place?.path, place?.line, place?.column].filter((part) => part !== undefined);
  const lines = [
    `${paint("bad", "Error:")} ${cleanText(message)}`,
    ...(at.length === 0 ? [] : [`  at ${at.join(":")}`]),
    ...details.map((detail) => `  - ${cleanText(detail)}`),
    ...(hint === undefined ? [] : [`${paint("strong", "Try:")} ${cleanText(hint)}`]),
  ];
  return `${lines.join("\n")}\n`;
}
