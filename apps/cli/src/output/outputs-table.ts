import type { OutputValue } from "@gantry/protocol";
import { formatBytes } from "@gantry/terminal-text";
import { table } from "./table.ts";

const MASK = "******";
/** Characters of a value in a table. */
const LONGEST = 60;

/** Porter's columns. A value that is not shown whole ends with `...`; what is no text is shown by its size. */
export function outputsTable(outputs: readonly OutputValue[]): string {
  const rows = outputs.map((output) => [output.name, output.type, shown(output)]);
  return table(["Name", "Type", "Value"], rows);
}

/** What programs get: every output has a value, the mask in place of one that is not to be seen. */
export function outputsJson(outputs: readonly OutputValue[]): unknown {
  return outputs.map(({ name, type, sensitive, value, size }) => ({
    name,
    type,
    sensitive,
    size,
    value: value ?? (sensitive ? MASK : null),
  }));
}

function shown({ sensitive, value, size }: OutputValue): string {
  if (value === undefined) return sensitive ? MASK : formatBytes(size);
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
}
