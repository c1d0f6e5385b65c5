import { nearest } from "@gantry/cnab";
import type { Findings } from "./findings.ts";
import type { MixinUse, Step } from "./manifest.ts";
import { describeValue, isMapping } from "./value.ts";

/** Reads the steps of one action; what is not a step is reported and left out. */
export function readSteps(
  action: string,
  value: unknown,
  { mixins, findings }: { readonly mixins: readonly MixinUse[]; readonly findings: Findings },
): readonly Step[] {
  if (!Array.isArray(value)) {
    findings.refuse([action], {
      message: `the action "${action}" has no list of steps`,
      expected: "a list of steps",
      found: describeValue(value),
      hint: "begin each step with `- exec:` or another mixin",
    });
    return [];
  }
  return value.flatMap((item, index) => {
    const step = readStep({ action, index, item, findings });
    if (step !== undefined) checkMixin(step, { action, index, mixins, findings });
    return step === undefined ? [] : [step];
  });
}

interface Place {
  readonly action: string;
  readonly index: number;
  readonly findings: Findings;
}

function readStep({ action, index, item, findings }: Place & { item: unknown }): Step | undefined {
  const where = `step ${index + 1} of "${action}"`;
  const path = [action, index];
  const entries = isMapping(item) ? Object.entries(item) : [];
  const [pair, ...rest] = entries;
  if (pair === undefined) {
    findings.refuse(path, {
      message: `${where} names no mixin`,
      expected: "a map with one mixin",
      found: describeValue(item),
    });
    return undefined;
  }
  if (rest.length > 0) {
    findings.refuse(path, {
      message: `${where} has more than one key`,
      expected: "one mixin",
      found: entries.map(([key]) => `"${key}"`).join(", "),
      hint: "check the indentation: what belongs to a mixin stands further right",
    });
    return undefined;
  }
  const [mixin, input] = pair;
  if (!isMapping(input)) {
    findings.refuse([...path, mixin], {
      message: `${where} is malformed, possibly by incorrect indentation`,
      expected: `a map below "${mixin}"`,
      found: describeValue(input),
    });
    return undefined;
  }
  return toStep({ action, index, findings }, mixin, input);
}

function toStep(place: Place, mixin: string, input: Record<string, unknown>): Step {
  const { action, index, findings } = place;
  const path = [action, index, mixin];
  const { line } = findings.source.at(path, "key");
  const { description } = input;
  if (description === undefined || description === null) return { mixin, input, line };
  if (typeof description === "string") return { mixin, input, line, description };
  findings.refuse([...path, "description"], {
    message: `the description of step ${index + 1} of "${action}" has the wrong type`,
    expected: "text",
    found: describeValue(description),
  });
  return { mixin, input, line };
}

function checkMixin(
  step: Step,
  { action, index, mixins, findings }: Place & { mixins: readonly MixinUse[] },
) {
  const names = mixins.map(({ name }) => name);
  if (names.includes(step.mixin)) return;
  const near = nearest(step.mixin, names);
  findings.refuse(
    [action, index, step.mixin],
    {
      message: `step ${index + 1} of "${action}" uses the mixin "${step.mixin}", which is not declared`,
      expected: names.length === 0 ? "a declared mixin" : `one of ${names.join(", ")}`,
      found: `"${step.mixin}"`,
      hint: near === undefined ? `add "${step.mixin}" to mixins` : `did you mean "${near}"?`,
    },
    "key",
  );
}
