import { createInterface } from "node:readline";
import { Client } from "@gantry/client";

const [, , home = ""] = process.argv;

/** A client of its own: connects, is told an operation on stdin, follows it to its end and says how many lines came. */
await using client = await Client.connect({
  home,
  client: { name: "bench", version: "0.1.0" },
  environment: {},
});
process.stdout.write("connected\n");
for await (const operationId of createInterface(process.stdin)) {
  let lines = 0;
  for await (const { event } of client.watch(operationId)) {
    if (event.kind !== "log") continue;
    for (let at = event.text.indexOf("\n"); at >= 0; at = event.text.indexOf("\n", at + 1))
      lines += 1;
  }
  process.stdout.write(`${lines}\n`);
}
