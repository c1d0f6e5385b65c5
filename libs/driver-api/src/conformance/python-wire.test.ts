import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const program = resolve(import.meta.dirname, "../../../../examples/driver-python/driver.py");
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);

test("the Python driver answers what makes no sense and carries on", (context) => {
  if (python.status !== 0) context.skip("there is no Python 3.9 or later");

  const answers = say([
    "this is no JSON",
    "[1]",
    request(1, "driver.fly"),
    request(2, "run.recover", { id: "a" }),
    request(3, "driver.initialize", {
      protocol: 1,
      options: {},
      stateDir: "/nowhere",
      contentDir: "/nowhere",
    }),
    request(4, "run.recover", { id: "../../etc" }),
    request(5, "driver.describe"),
  ]);

  expect(answers.filter(({ id }) => id === null).map(codeOf)).toEqual([-32700, -32600]);
  expect(codeOf(answerTo(answers, 1))).toBe(-32601);
  expect(answerTo(answers, 2)?.error?.data?.code).toBe("protocol");
  expect(answerTo(answers, 4)?.error?.data?.code).toBe("invalid-request");
  expect(answerTo(answers, 5)?.result?.name).toBe("python");
});

interface Answer {
  readonly id: number | null;
  readonly result?: { readonly name?: string };
  readonly error?: { readonly code: number; readonly data?: { readonly code: string } };
}

function say(lines: readonly string[]): Answer[] {
  // One at a time, because a driver may answer calls in any order.
  const feeder = lines.map((line) => `printf '%s\\n' '${line}'; sleep 0.2`).join("; ");
  const { stdout } = spawnSync("sh", ["-c", `(${feeder}) | python3 -B ${program}`], {
    encoding: "utf8",
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function request(id: number, method: string, params: Record<string, unknown> = {}): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

function answerTo(answers: readonly Answer[], id: number): Answer | undefined {
  return answers.find((each) => each.id === id);
}

function codeOf(answer: Answer | undefined): number | undefined {
  return answer?.error?.code;
}
