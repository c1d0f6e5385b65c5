import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  ContentStore,
  isOciError,
  unpackImage
} from "./chunk-DRAB2S5J.js";
import "./chunk-JQD4UGP3.js";

// libs/drivers/local/src/snapshots/unpack-worker.ts
async function unpack(request) {
  const end = request.ids.inside + request.ids.count;
  const keep = (id) => id < end ? id : 0;
  const owner = ({ uid, gid }) => ({ uid: keep(uid), gid: keep(gid) });
  try {
    const store = await ContentStore.openLayout(request.contentDir);
    await unpackImage(store, { layers: request.layers }, { directory: request.directory, owner });
    return { ok: true };
  } catch (error) {
    const code = isOciError(error, "no-space") ? "no-space" : "internal";
    const hint = isOciError(error) ? error.hint : "Fetch or build the image again.";
    return { ok: false, code, message: String(error), hint };
  }
}
var chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
var reply = await unpack(JSON.parse(Buffer.concat(chunks).toString("utf8")));
process.stdout.write(JSON.stringify(reply));
