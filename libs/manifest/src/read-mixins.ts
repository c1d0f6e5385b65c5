import type { Findings } from "./findings.ts";
import type { MixinUse, RequiredExtension } from "./manifest.ts";
import { describeValue, isMapping } from "./value.ts";

const EXPECTED = "a name, or a map with one name and its configuration";

/** `NAME`, `NAME@CONSTRAINT` or `{NAME[@CONSTRAINT]: config}`; at least one. */
export function readMixins(value: unknown, findings: Findings): readonly MixinUse[] {
  if (!Array.isArray(value) || value.length === 0) {
    findings.refuse(["mixins"], {
      message: "no mixins declared",
      expected: "a list of at least one mixin",
      found: describeValue(value),
      hint: "add `mixins:` with `- exec` below it",
    });
    return [];
  }
  return unique(readEntries("mixins", value, findings).map(toMixin), findings);
}

/** `NAME` or `{NAME: config}`. */
export function readRequired(value: unknown, findings: Findings): readonly RequiredExtension[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return readEntries("required", value, findings);
  findings.refuse(["required"], {
    message: "required has the wrong type",
    expected: "a list",
    found: describeValue(value),
  });
  return [];
}

function readEntries(field: string, items: readonly unknown[], findings: Findings) {
  return items.flatMap((item, index) => {
    const entry = readEntry(item);
    if (entry !== undefined) return [entry];
    findings.refuse([field, index], {
      message: `${field}[${index}] is malformed`,
      expected: EXPECTED,
      found: describeValue(item),
      hint: "check the indentation",
    });
    return [];
  });
}

function readEntry(item: unknown): RequiredExtension | undefined {
  if (typeof item === "string" && item !== "") return { name: item };
  if (!isMapping(item)) return undefined;
  const [pair, ...rest] = Object.entries(item);
  if (pair === undefined || rest.length > 0) return undefined;
  const [name, config] = pair;
  return config === null ? { name } : { name, config };
}

function toMixin({ name, ...rest }: RequiredExtension): MixinUse {
  const at = name.indexOf("@");
  if (at <= 0) return { name, ...rest };
  return { name: name.slice(0, at), constraint: name.slice(at + 1), ...rest };
}

function unique(mixins: readonly MixinUse[], findings: Findings): readonly MixinUse[] {
  for (const [index, { name }] of mixins.entries()) {
    if (mixins.findIndex((other) => other.name === name) === index) continue;
    findings.refuse(["mixins", index], {
      message: `the mixin "${name}" is declared twice`,
      hint: "remove one of the two",
    });
  }
  return mixins;
}
