import { connectBody, disconnectBody, networkBody, volumeBody } from "../create/network-fields.ts";
import type { Rule } from "../create/rules.ts";
import { withLabels } from "../labels/labels.ts";
import { readBody } from "./body.ts";
import { settle } from "./containers.ts";
import type { Prepare } from "./call.ts";
import { fill } from "./names.ts";

export const aboutNetwork: Prepare = async (call) => {
  const id = await call.own.network(call.names["network"] ?? "");
  return { path: fill(call, { network: id }), query: call.query, body: "none" };
};

export const aboutVolume: Prepare = async (call) => {
  await call.own.volume(call.names["volume"] ?? "");
  return { path: fill(call, {}), query: call.query, body: "none" };
};

/** `POST /networks/create` */
export const createNetwork: Prepare = labelled(networkBody);

/** `POST /volumes/create`: the engine answers with the volume that is there already, so it must be the owner's. */
export const createVolume: Prepare = async (call) => {
  const forward = await labelled(volumeBody)(call);
  const json = typeof forward.body === "object" ? forward.body.json : {};
  const name = typeof json === "object" && json !== null && "Name" in json ? json.Name : "";
  if (typeof name === "string" && name !== "") await call.own.hasVolume(name);
  return forward;
};

function labelled(rule: Rule): Prepare {
  return async (call) => {
    const { room } = call;
    const { body } = await readBody(call, rule);
    body["Labels"] = withLabels(body["Labels"], room.labels, room.owner);
    return { path: call.template, query: call.query, body: { json: body } };
  };
}

/** `POST /networks/{network}/connect` and `disconnect`: both ends are the owner's. */
export function join(how: "connect" | "disconnect"): Prepare {
  return async (call) => {
    const id = await call.own.network(call.names["network"] ?? "");
    const { body, references } = await readBody(
      call,
      how === "connect" ? connectBody : disconnectBody,
    );
    await settle(call, references);
    return { path: fill(call, { network: id }), query: call.query, body: { json: body } };
  };
}
