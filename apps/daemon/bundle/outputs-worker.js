import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  findFiles,
  frameHead,
  readFound
} from "./chunk-RRK4JANX.js";
import "./chunk-7C3R4XYV.js";
import "./chunk-DRAB2S5J.js";
import "./chunk-W4G5GQ54.js";
import "./chunk-JQD4UGP3.js";

// libs/drivers/local/src/run/outputs/outputs-worker.ts
import { once } from "node:events";
async function send(bytes) {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}
var top = process.argv[2] ?? "";
for (const file of await findFiles(top)) {
  for await (const piece of readFound(top, file)) {
    await send(frameHead(piece));
    await send(piece.data);
  }
}
