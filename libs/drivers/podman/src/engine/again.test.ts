import assert from "node:assert/strict";
import { test } from "vitest";
import { again } from "./again.ts";
import { PodmanFault } from "./podman-fault.ts";

const { signal } = new AbortController();

async function attemptsOf(complaint: string): Promise<number> {
  let attempts = 0;
  const work = async (): Promise<void> => {
    attempts += 1;
    if (attempts < 3) throw new PodmanFault("GET /json", 500, complaint);
  };
  await again(work, signal).catch(() => undefined);
  return attempts;
}

test("asks anew when what was looked at went away at that moment", async () => {
  assert.equal(await attemptsOf("read /proc/2549/cgroup: no such process"), 3);
  assert.equal(await attemptsOf("getting top layer info: layer not known"), 3);
});

test("takes every other complaint for what it is", async () => {
  assert.equal(await attemptsOf("no space left on device"), 1);
});
