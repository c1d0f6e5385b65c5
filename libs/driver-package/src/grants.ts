import { isNone, POWER_LISTS, type PowerList, together, widening } from "./compare-powers.ts";
import { PackageError } from "./errors.ts";
import { powerLines } from "./power-words.ts";
import { EngineCall, EngineReach, NO_POWERS, Powers } from "./powers.ts";

/**
 * Reads what the operator grants: `all` that is asked for, `none`, a kind of power (`network`: all of that kind that is asked for
 * or optional), or one of them (`read=/etc/hosts`, `engine=build`). Throws `driver-unconfirmed` for what is neither: a grant is
 * never wider.
 */
export function parseGrants(
  words: readonly string[],
  asked: Powers,
  optional: Powers = NO_POWERS,
): Powers {
  const given = words.filter((word) => word !== "none" && word !== "all");
  const whole = together(asked, optional);
  const start = words.includes("all") ? asked : NO_POWERS;
  const granted = Powers.safeParse(given.reduce((sum, word) => add(sum, word, whole), start));
  if (!granted.success) throw noPower(given.join(", "));
  const wider = widening(whole, granted.data);
  if (!isNone(wider)) throw notAsked(powerLines(wider));
  return granted.data;
}

function add(sum: Powers, word: string, asked: Powers): Powers {
  const at = word.indexOf("=");
  const kind = at < 0 ? word : word.slice(0, at);
  const value = at < 0 ? undefined : word.slice(at + 1);
  if (kind === "engine") return { ...sum, engine: addToEngine(sum.engine, value, asked) };
  if (!isList(kind)) throw noPower(word);
  const values = value === undefined ? asked[kind] : [value];
  return { ...sum, [kind]: [...new Set([...sum[kind], ...values])] };
}

type Engine = NonNullable<Powers["engine"]>;

function addToEngine(sum: Engine | undefined, value: string | undefined, asked: Powers): Engine {
  if (value === undefined) {
    if (asked.engine === undefined) throw notAsked(["use the container engine"]);
    return asked.engine;
  }
  const { api } = asked.engine ?? {};
  const { calls, reach } = sum ?? { calls: [], reach: [] };
  const of = api === undefined ? {} : { api };
  const call = EngineCall.safeParse(value);
  if (call.success) return { ...of, calls: [...calls, call.data], reach };
  const further = EngineReach.safeParse(value);
  if (further.success) return { ...of, calls, reach: [...reach, further.data] };
  throw noPower(`engine=${value}`);
}

function isList(kind: string): kind is PowerList {
  return POWER_LISTS.some((one) => one === kind);
}

function noPower(word: string): PackageError {
  return new PackageError("driver-unconfirmed", `"${word}" is no power that could be granted.`, {
    hint: `Use all, none, engine, or one of ${POWER_LISTS.join(", ")}, each also as KIND=VALUE.`,
  });
}

function notAsked(lines: readonly string[]): PackageError {
  const what = `More is granted than the driver asks for: ${lines.join("; ")}.`;
  return new PackageError("driver-unconfirmed", what, {
    hint: "Grant what it asks for, or less; `gantry drivers install SPEC` shows it.",
  });
}
