import { Denied, refused } from "../denied.ts";
import { appendLabels } from "./containers.ts";
import type { Call, Forward, Prepare, Reply } from "./call.ts";
import { Loading } from "./loading.ts";
import { fill, imageName } from "./names.ts";
import { PulledLines } from "./pulled-lines.ts";

function pass(call: Call, body: Forward["body"] = "none"): Forward {
  return { path: fill(call, {}), query: call.query, body };
}

/** A call that reads an image which the owner built or came by. */
export const readImage: Prepare = async (call) => {
  await call.own.image(call.names["image"] ?? "");
  return pass(call);
};

/** `POST /images/{image}/push` */
export const pushImage: Prepare = async (call) => {
  const name = call.names["image"] ?? "";
  const tag = call.query.get("tag") ?? "";
  // Without a tag all that have the name are pushed.
  if (tag === "" && !/:[^/]+$/.test(name)) throw refused("A push of all tags of a name");
  await call.own.image(tag === "" ? name : `${name}:${tag}`);
  return pass(call);
};

/** `POST /images/{image}/tag` */
export const tagImage: Prepare = async (call) => {
  await call.own.image(call.names["image"] ?? "");
  const name = imageName(call.query, "repo", "tag");
  if (name !== undefined) await call.own.freeName(name);
  return pass(call);
};

/** `DELETE /images/{image}` */
export const deleteImage: Prepare = async (call) => {
  const name = call.names["image"] ?? "";
  const { mayChange } = await call.own.image(name);
  if (mayChange) return pass(call);
  throw new Denied(
    403,
    `Image ${name} was in the engine before; it is not the caller's to remove.`,
  );
};

/** `GET /images/get?names=...` */
export const saveImages: Prepare = async (call) => {
  for (const name of call.query.getAll("names")) await call.own.image(name);
  return pass(call);
};

/** `POST /images/create`: a pull, or an import of the bytes sent along. */
export const obtainImage: Prepare = async (call) => {
  const { query, room, own } = call;
  const source = query.get("fromSrc") ?? "";
  if (source !== "") {
    if (source !== "-") throw refused("An import that the engine fetches itself");
    const name = imageName(query, "repo", "tag");
    if (name !== undefined) await own.freeName(name);
    appendLabels(query, room.labels);
    return { path: fill(call, {}), query, body: "stream" };
  }
  const name = imageName(query, "fromImage", "tag");
  if (name === undefined) throw refused("A pull of nothing");
  const { ids } = await room.images.snapshot(room.engine, call.signal);
  const lines = new PulledLines();
  const done = async (): Promise<void> => {
    // Without an answer of the registry's, an image of that name may be somebody else's.
    if (lines.hasFailed) return;
    const id = await own.imageId(name);
    if (id !== undefined) room.images.obtained(id, !ids.has(id));
  };
  return { ...pass(call), reply: { kind: "watched", heard: lines.hear, done } };
};

/** `POST /images/load`: what was loaded is the owner's to read, for it sent the content; a name that it took goes back. */
export const loadImages: Prepare = async (call) => {
  const loading = await Loading.begin(call);
  const lines = new PulledLines();
  const done = (): Promise<void> => loading.settle(lines.loaded);
  // Quiet, an engine does not say what it loaded.
  call.query.set("quiet", "0");
  const reply: Reply = { kind: "heard-out", heard: lines.hear, done };
  return { ...pass(call, "stream"), reply, around: loading };
};
