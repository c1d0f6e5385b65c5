import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { expect, test } from "vitest";
import { Trap } from "./trap.ts";

test("counts who connects and hangs up", async () => {
  await using dir = await TempDir.create("gantry-trap-");
  await using trap = await Trap.listen(join(dir.path, "s"));

  for (let n = 0; n < 2; n += 1) {
    const socket = createConnection(trap.path).on("error", () => undefined);
    await once(socket, "close");
  }

  expect(trap.calls).toBe(2);
});
