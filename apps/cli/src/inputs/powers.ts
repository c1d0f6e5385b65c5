import type { Power } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { readMount } from "./mount.ts";
import { optional } from "./optional.ts";

/** Capabilities as Linux calls them, from `--cap-add CHOWN`. Throws `UsageError`. */
export function readCapabilities(given: Given): string[] {
  return given.list("cap-add").map((word) => {
    const name = word.toUpperCase().replace(/^CAP_/, "");
    if (/^[A-Z][A-Z_]*$/.test(name) && name !== "ALL") return `CAP_${name}`;
    throw new UsageError(`--cap-add is "${word}", which is no capability.`, {
      hint: "Name one, as in --cap-add CHOWN; --privileged gives them all.",
    });
  });
}

/** The powers that the granting flags name. Throws `UsageError`. */
export function readPowers(given: Given, cwd: string): Power[] {
  const network = given.text("network");
  const mounts = given.list("mount-host-volume").map((word) => readMount(word, cwd));
  return [
    ...readCapabilities(given).map((value): Power => ({ power: "capability", value })),
    ...mounts.map(({ source, target, readOnly }): Power => {
      const value = `${source}:${target}:${readOnly ? "ro" : "rw"}`;
      return { power: "mount", value };
    }),
    ...(network === undefined ? [] : [{ power: "network" as const, value: network }]),
    ...(given.has("privileged") ? [{ power: "privileged" as const, value: "" }] : []),
    ...(given.has("allow-docker-host-access")
      ? [{ power: "engine-socket" as const, value: isRaw(given) ? "raw" : "" }]
      : []),
  ];
}

function isRaw(given: Given): boolean {
  return given.text("allow-docker-host-access") === "raw";
}

/** How much of the machine a run may use. Throws `UsageError`. */
export function readLimits(given: Given) {
  const memory = given.text("memory");
  return {
    ...optional("memoryBytes", memory === undefined ? undefined : readSize(memory)),
    ...optional("cpus", readNumber(given, "cpus", /^\d+(\.\d+)?$/)),
    ...optional("pids", readNumber(given, "pids-limit", /^\d+$/)),
  };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function readSize(word: string): number {
  const [, digits = "", unit = ""] = /^(\d+)([kmg]?)(?:i?b)?$/i.exec(word) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toLowerCase()] ?? 0);
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(`--memory is "${word}", which is no size.`, {
    hint: "Write it as 512m or 2g.",
  });
}

function readNumber(given: Given, name: string, form: RegExp): number | undefined {
  const word = given.text(name);
  if (word === undefined) return undefined;
  const value = form.test(word) ? Number(word) : 0;
  if (value > 0) return value;
  throw new UsageError(`--${name} is "${word}"; expected a number above 0.`, {
    hint: `Write it as --${name} 2.`,
  });
}
