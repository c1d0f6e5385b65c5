import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DriverError, type DriverErrorCode } from "../errors.ts";

/** Waits for `work` to fail with one of `codes`; gives the error for a closer look. */
export async function expectDriverError(
  work: Promise<unknown>,
  ...codes: readonly DriverErrorCode[]
): Promise<DriverError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const expected = `a DriverError with code ${codes.join(" or ")}`;
  assert.ok(error !== undefined, `expected ${expected}, but the call succeeded`);
  assert.ok(error instanceof DriverError, `expected ${expected}, got ${inspect(error)}`);
  assert.ok(
    codes.includes(error.code),
    `expected ${expected}, got ${error.code}: ${error.message}`,
  );
  assert.ok(error.message.length > 0, "a DriverError says what happened");
  assert.ok(error.hint.length > 0, "a DriverError says what to try");
  return error;
}
