import type { z } from "zod";
import { DriverError } from "../errors.ts";
import type { driverDescribe } from "./methods.ts";

/** Characters of JSON that the schema of a driver's options may have. */
const SCHEMA_LENGTH = 256 * 1024;

/** Throws `protocol` when what a driver says of itself is absurd. */
export function checkDescription({
  name,
  optionsSchema,
}: z.output<(typeof driverDescribe)["result"]>): void {
  const length = JSON.stringify(optionsSchema).length;
  if (length > SCHEMA_LENGTH)
    throw absurd(
      name,
      `the schema of its options has ${length} characters of at most ${SCHEMA_LENGTH}`,
    );
  const { type } = optionsSchema;
  if (type !== undefined && type !== "object")
    throw absurd(name, "the schema of its options is not one of an object");
}

function absurd(name: string, what: string): DriverError {
  return new DriverError("protocol", `Driver ${name} cannot be used: ${what}.`, {
    hint: `Update driver ${name}, or tell its author.`,
  });
}
