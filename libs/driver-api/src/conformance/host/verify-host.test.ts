import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { CaseReport } from "../verify.ts";
import { verifyAgainstHost } from "./verify-host.ts";

const ROOT = resolve(import.meta.dirname, "../../../../..");
const env = { PATH: process.env["PATH"] ?? "", PYTHONDONTWRITEBYTECODE: "1" };
const python = resolve(ROOT, "examples/driver-python/driver.py");
const hasPython =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

async function verdicts(command: string, args: readonly string[]): Promise<CaseReport[]> {
  const prepare = async () => ({ command, args, env, async [Symbol.asyncDispose]() {} });
  return Array.fromAsync(verifyAgainstHost(prepare, AbortSignal.timeout(110_000)));
}

const failures = (reports: readonly CaseReport[]) =>
  reports.flatMap((one) => (one.verdict === "failed" ? [`${one.id}: ${String(one.error)}`] : []));

describe("a hostile host", () => {
  test("does no harm to a driver on our own half of the wire", async () => {
    const fake = resolve(ROOT, "libs/drivers/fake/src/main.ts");
    const reports = await verdicts(process.execPath, ["--conditions=@gantry/source", fake]);

    expect(failures(reports)).toEqual([]);
    expect(reports.length).toBe(10);
  }, 120_000);

  test.skipIf(!hasPython)(
    "does no harm to the driver in Python",
    async () => {
      expect(failures(await verdicts("python3", [python]))).toEqual([]);
    },
    120_000,
  );

  test("is too much for a program that is no driver, case by case", async () => {
    const reports = await verdicts("sh", ["-c", "echo hello; sleep 0.1"]);

    expect(reports.filter(({ verdict }) => verdict === "passed")).toEqual([]);
    expect(failures(reports)[0]).toContain("host.garbage");
  }, 120_000);
});
