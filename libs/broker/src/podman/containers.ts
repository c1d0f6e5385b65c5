import { z } from "zod";
import { createContainer } from "../calls/containers.ts";
import { hasReach, type Prepare } from "../calls/call.ts";
import { isRecord } from "../create/rules.ts";
import { lacks } from "../denied.ts";
import { containerSpec } from "./container-spec.ts";

const Annotated = z.object({ Annotations: z.record(z.string(), z.string()).nullish() });

/** Annotations that are for people and for tools that publish images. */
const FOR_READERS = /^(?:org\.opencontainers|org\.label-schema|com\.docker|vnd\.docker)\./;

const create = createContainer(containerSpec, "labels");

/**
 * `POST /libpod/containers/create`. Podman hands the annotations of an image on to the runtime and its hooks, some of which
 * obey them: one loosens a profile, one names a file of the host. The image is named by its id, so that it is the one that was looked at.
 */
export const createFromImage: Prepare = async (call) => {
  const { own, room, signal } = call;
  const forward = await create(call);
  const json = isRecord(forward.body) ? forward.body["json"] : undefined;
  if (!isRecord(json) || typeof json["image"] !== "string") return forward;
  const id = (await own.image(json["image"])).id.replace(/^sha256:/, "");
  const path = `${call.version}/libpod/images/${id}/json`;
  const found = await room.engine.ask(path, { schema: Annotated, signal });
  const odd = Object.keys(found?.Annotations ?? {}).find((key) => !FOR_READERS.test(key));
  if (odd !== undefined && !hasReach(call, "privileged"))
    throw lacks("reach: privileged", `An image with the annotation ${odd.slice(0, 80)}`);
  return { ...forward, body: { json: { ...json, image: id } } };
};
