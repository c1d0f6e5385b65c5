import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Pty } from "./pty.ts";

const env = { PATH: process.env["PATH"] ?? "", TERM: "xterm" };
const size = { columns: 40, rows: 12 };

/** What a terminal prints until it has printed `until`, or ends. */
async function textOf(pty: Pty, until?: string): Promise<string> {
  let text = "";
  for await (const bytes of pty.output()) {
    text += Buffer.from(bytes).toString("utf8");
    if (until !== undefined && text.includes(until)) break;
  }
  return text;
}

test("a program has a terminal of the size asked for, is typed to, and ends with its code", async () => {
  await using pty = await Pty.start(
    "sh",
    ["-c", "stty size; read -r word; echo got $word; exit 7"],
    {
      env,
      size,
    },
  );
  expect(await textOf(pty, "12 40")).toContain("12 40");

  pty.write(Buffer.from("hello\r"));

  expect(await textOf(pty)).toContain("got hello");
  expect(await pty.exit).toEqual({ code: 7, signal: null });
});

test("a change of size reaches the program", async () => {
  const script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done";
  await using pty = await Pty.start("sh", ["-c", script], { env, size });
  await textOf(pty, "ready");

  pty.resize({ columns: 100, rows: 30 });

  expect(await textOf(pty, "30 100")).toContain("30 100");
});

test("everything on the terminal is hung up, also what ignores it", async () => {
  const script = "trap '' HUP; sleep 317 & echo pid $!.; while :; do sleep 0.05; done";
  const pty = await Pty.start("sh", ["-c", script], { env, size, graceMs: 100 });
  const [, pid = "0"] = /pid (\d+)\./.exec(await textOf(pty, ".")) ?? [];

  await pty[Symbol.asyncDispose]();

  expect(await pty.exit).toEqual({ code: 137, signal: null });
  await expect.poll(() => isAlive(Number(pid))).toBe(false);
});

test("a slow reader slows the program instead of filling memory, and loses nothing", async () => {
  const script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; done";
  await using pty = await Pty.start("sh", ["-c", script], { env, size });
  await new Promise((resolve) => setTimeout(resolve, 300));

  const lines = (await textOf(pty)).trimEnd().split("\r\n");

  expect(lines.length).toBe(20_000);
  expect(lines.at(-1)).toBe("line 20000");
});

/** Not so when nobody has collected its exit. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
