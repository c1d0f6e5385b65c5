import { z } from "zod";
import { isRecord } from "../json/json-value.ts";

/**
 * An object whose unknown members are kept, and whose known members may be null for absent:
 * bundles written by other tools hold `"images": null` and the like.
 */
export function part<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess((value) => withoutNulls(value, shape), z.looseObject(shape));
}

/** The same, but unknown members are refused. */
export function closedPart<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess((value) => withoutNulls(value, shape), z.strictObject(shape));
}

function withoutNulls(value: unknown, shape: z.ZodRawShape): unknown {
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) => !(item === null && Object.hasOwn(shape, key)),
  );
  return Object.fromEntries(kept);
}
