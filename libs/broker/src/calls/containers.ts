import { z } from "zod";
import {
  containerBody,
  execBody,
  execStartBody,
  PROGRAM_FIELDS,
  updateBody,
} from "../create/container-fields.ts";
import { type Findings, isRecord, isZero, object, type Rule } from "../create/rules.ts";
import { lacks } from "../denied.ts";
import { imageLabels, withLabels } from "../labels/labels.ts";
import { admitLog } from "./logs.ts";
import { readBody } from "./body.ts";
import type { Call, Forward, Prepare } from "./call.ts";
import { fill, imageName } from "./names.ts";

/** A call about one of the owner's containers, by its id from here on. */
export function aboutContainer(body: "none" | "stream" = "none"): Prepare {
  return async (call) => {
    const id = await call.own.container(call.names["container"] ?? "");
    return { path: fill(call, { container: id }), query: call.query, body };
  };
}

/** `POST .../containers/create`: a body that fits `rule`, with the owner's labels in its field of that name. */
export function createContainer(rule: Rule = containerBody, field = "Labels"): Prepare {
  return async (call) => {
    const { room } = call;
    const { body, references } = await readBody(call, rule);
    body[field] = withLabels(body[field], room.labels, room.owner);
    await settle(call, references);
    labelAnonymous(body, room.labels);
    return forward(call, {}, body);
  };
}

/** `POST /containers/{container}/update` */
export const updateContainer: Prepare = async (call) => {
  const id = await call.own.container(call.names["container"] ?? "");
  const { body } = await readBody(call, updateBody);
  return forward(call, { container: id }, body);
};

/** `POST .../containers/{container}/exec`: a body that fits `rule`. */
export function createExec(rule: Rule = execBody): Prepare {
  return async (call) => {
    const id = await call.own.container(call.names["container"] ?? "");
    const { body } = await readBody(call, rule);
    return forward(call, { container: id }, body);
  };
}

/** `POST .../exec/{exec}/start`: a body that fits `rule`. */
export function startExec(rule: Rule = execStartBody): Prepare {
  return async (call) => {
    const id = await call.own.exec(call.names["exec"] ?? "");
    const { body } = await readBody(call, rule);
    return forward(call, { exec: id }, body);
  };
}

export const aboutExec: Prepare = async (call) => {
  const id = await call.own.exec(call.names["exec"] ?? "");
  return { path: fill(call, { exec: id }), query: call.query, body: "none" };
};

/** `POST /commit`: an image of a container, with the labels of an image. */
export const commit: Prepare = async (call) => {
  const { room, query } = call;
  const id = await call.own.container(query.get("container") ?? "");
  const name = imageName(query, "repo", "tag");
  if (name !== undefined) await call.own.freeName(name);
  const { body } = await readBody(call, object({ ...PROGRAM_FIELDS, Image: () => undefined }));
  withLabels(body["Labels"], room.labels, room.owner);
  body["Labels"] = {
    ...(isRecord(body["Labels"]) ? body["Labels"] : {}),
    ...imageLabels(room.labels),
  };
  query.set("container", id);
  appendLabels(query, room.labels);
  return forward(call, {}, body);
};

/** Writes the labels of an image behind the changes that a client asked for. */
export function appendLabels(
  query: URLSearchParams,
  labels: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(imageLabels(labels)))
    query.append("changes", `LABEL ${JSON.stringify(key)}=${JSON.stringify(value)}`);
}

function forward(call: Call, names: Readonly<Record<string, string>>, json: unknown): Forward {
  return { path: fill(call, names), query: call.query, body: { json } };
}

const Made = z.object({ Name: z.string() });

/** Looks up everything that a body names. A volume that is not there is made, so that it has an owner. */
export async function settle(call: Call, references: Findings["references"]): Promise<void> {
  const { own, room, signal } = call;
  for (const { kind, ref, replace } of references) {
    if (kind === "container") replace(await own.container(ref));
    else if (kind === "network") await own.network(ref);
    else if (kind === "image") await own.image(ref);
    else if (kind === "log") await admitLog(call, ref);
    else if (!(await own.hasVolume(ref))) {
      if (!room.power.calls.includes("volumes")) throw lacks("calls: volumes", `A volume (${ref})`);
      const body = { Name: ref, Labels: room.labels };
      await room.engine.make("/volumes/create", { body, schema: Made, signal });
    }
  }
}

/** Volumes without a name that come with labels of their own. */
function labelAnonymous(
  body: Record<string, unknown>,
  labels: Readonly<Record<string, string>>,
): void {
  const { HostConfig: host } = body;
  const mounts = isRecord(host) && Array.isArray(host["Mounts"]) ? host["Mounts"] : [];
  for (const mount of mounts) {
    if (!isRecord(mount) || mount["Type"] !== "volume" || !isZero(mount["Source"])) continue;
    const options = isRecord(mount["VolumeOptions"]) ? mount["VolumeOptions"] : {};
    const given = isRecord(options["Labels"]) ? options["Labels"] : {};
    mount["VolumeOptions"] = { ...options, Labels: { ...given, ...labels } };
  }
}
