import { expect, test } from "vitest";
import { MeasureError, reasonOf } from "./errors.ts";
import { runProgram } from "./program.ts";

const { env } = process;

test("gives what a program printed", async () => {
  expect(await runProgram("sh", ["-c", "cat; echo $0"], { env, input: "in " })).toBe("in sh\n");
});

test("says what a program said that failed", async () => {
  const failing = runProgram("sh", ["-c", "echo nothing works >&2; exit 3"], { env });

  await expect(failing).rejects.toThrow(MeasureError);
  await expect(failing).rejects.toThrow(/ended with 3:\s+nothing works/);
});

test("says what to try about a program that is not there", async () => {
  const missing = await runProgram("/no/such/program", [], { env }).catch(reasonOf);

  expect(missing).toContain("/no/such/program");
  expect(missing).toContain("Install");
});
