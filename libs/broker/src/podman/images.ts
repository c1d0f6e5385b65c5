import { isRecord } from "../create/rules.ts";
import { Denied, refused, unclear } from "../denied.ts";
import { carriesAsImage } from "../labels/labels.ts";
import type { Call, Prepare, Reply } from "../calls/call.ts";
import { Loading } from "../calls/loading.ts";
import { fill, imageName } from "../calls/names.ts";
import { PulledLines } from "../calls/pulled-lines.ts";
import { readFilters } from "../calls/lists.ts";

/** `GET /libpod/images/json`: what the owner built or came by. Podman leaves the kind of digest out of an id. */
export const listImages: Prepare = async (call) => {
  const { labels, images } = call.room;
  readFilters(call.query.get("filters") ?? "");
  const isReadable = (item: unknown): boolean =>
    isRecord(item) &&
    (carriesAsImage(item["Labels"], labels) || images.mayRead(fullId(String(item["Id"]))));
  const rewrite = async (value: unknown): Promise<unknown> =>
    (Array.isArray(value) ? value : []).filter(isReadable);
  return { ...pass(call), reply: { kind: "json", rewrite } };
};

const fullId = (id: string): string => (id.startsWith("sha256:") ? id : `sha256:${id}`);

function pass(call: Call) {
  return { path: fill(call, {}), query: call.query, body: "none" } as const;
}

/** `HOST/NAME`, with a tag, a digest or both: what cannot mean a file of the host, or a name that Podman would look up. */
const REFERENCE =
  /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** `POST /libpod/images/pull`, always from the registry: an image that is there already may be somebody else's. */
export const pullImage: Prepare = async (call) => {
  const { query, room, own } = call;
  const reference = query.get("reference") ?? "";
  if (!REFERENCE.test(reference)) throw refused("A pull of what is no full name of an image");
  query.set("reference", `docker://${reference}`);
  query.set("policy", "always");
  const { ids } = await room.images.snapshot(room.engine, call.signal);
  const lines = new PulledLines();
  const done = async (): Promise<void> => {
    if (lines.hasFailed) return;
    const id = await own.imageId(reference);
    if (id !== undefined) room.images.obtained(id, !ids.has(id));
  };
  return { ...pass(call), reply: { kind: "watched", heard: lines.hear, done } };
};

/** `POST /libpod/images/load`: what was loaded is the owner's to read, for it sent the content; a name that it took goes back. */
export const loadImages: Prepare = async (call) => {
  const loading = await Loading.begin(call);
  const rewrite = async (value: unknown): Promise<unknown> => {
    const names = isRecord(value) && Array.isArray(value["Names"]) ? value["Names"] : [];
    await loading.settle(names.map(String));
    return value;
  };
  const reply: Reply = { kind: "json", rewrite };
  return { ...pass(call), body: "stream", reply, around: loading };
};

/** `POST /libpod/images/{image}/untag`: of one name, or of all that the image has. */
export const untagImage: Prepare = async (call) => {
  const { query, own } = call;
  const [ref, name] = [call.names["image"] ?? "", imageName(query, "repo", "tag")];
  if (name === undefined && query.size > 0) throw unclear("it names half of what to take away");
  const { mayChange } = await own.image(ref);
  if (mayChange) return pass(call);
  throw new Denied(403, `Image ${ref} was in the engine before; its names are not the caller's.`);
};
