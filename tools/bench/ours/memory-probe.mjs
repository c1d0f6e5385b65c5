import { writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Loaded into a program that is measured: on SIGUSR2 it says what it holds, by MEMORY_PROBE_FILE. */
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

process.on("SIGUSR2", () => {
  const { rss } = process.memoryUsage();
  collect();
  const { heapUsed } = process.memoryUsage();
  writeFileSync(process.env.MEMORY_PROBE_FILE, JSON.stringify({ rss, heapUsed }));
});
