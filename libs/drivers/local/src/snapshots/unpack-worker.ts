import { ContentStore, isOciError, unpackImage } from "@gantry/oci";
import type { UnpackReply, UnpackRequest } from "./unpack-request.ts";

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** Unpacks layers as root of the ids that images use: the one who starts it has mapped them. */
async function unpack(request: UnpackRequest): Promise<UnpackReply> {
  const end = request.ids.inside + request.ids.count;
  const keep = (id: number): number => (id < end ? id : 0);
  const owner = ({ uid, gid }: Ids): Ids => ({ uid: keep(uid), gid: keep(gid) });
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

const chunks: Uint8Array[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const reply = await unpack(JSON.parse(Buffer.concat(chunks).toString("utf8")));
process.stdout.write(JSON.stringify(reply));
