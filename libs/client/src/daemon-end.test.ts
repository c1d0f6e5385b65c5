import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasEnded } from "./daemon-end.ts";

/** A shell whose child ends with its input. */
const PARENT = "exec 3<&0; sh -c 'read line' <&3 & echo $!; wait";

describe("hasEnded", () => {
  it.runIf(process.platform === "linux")(
    "takes a process for ended that nobody has waited for",
    async () => {
      const parent = spawn("sh", ["-c", PARENT], { stdio: ["pipe", "pipe", "ignore"] });
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const pid = Number(line.toString());
        // Held up, it cannot ask how its child ended.
        parent.kill("SIGSTOP");
        const state = (): string => readFileSync(`/proc/${parent.pid}/status`, "utf8");
        await expect.poll(state, { timeout: 20_000 }).toMatch(/^State:\s+T/m);
        parent.stdin.end("over\n");

        expect(await hasEnded(pid, AbortSignal.timeout(20_000))).toBe(true);
        expect(process.kill(pid, 0)).toBe(true);
      } finally {
        parent.kill("SIGKILL");
      }
    },
    60_000,
  );
});
