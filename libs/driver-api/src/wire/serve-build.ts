import { type Binding, bind, type Peer } from "@gantry/rpc";
import type { z } from "zod";
import type { BuildRequest, SecretHandle } from "../build.ts";
import { buildStart, secretRead } from "./methods.ts";
import { lacking, type Served } from "./served.ts";
import type { BuildParams } from "./shapes.ts";

export function serveBuild(served: Served, peer: () => Peer): Binding[] {
  return [
    bind(buildStart, async (params, work) => {
      const facet = served.driver.build;
      if (facet === undefined) throw lacking("build facet");
      const { images, steps } = await facet.build(toRequest(params, peer()), work);
      return { images: [...images], steps: [...steps] };
    }),
  ];
}

function toRequest(params: z.output<typeof BuildParams>, peer: Peer): BuildRequest {
  const secrets = params.secrets.map(({ id, handle }) => remoteSecret(id, handle, peer));
  return { ...params, secrets };
}

function remoteSecret(id: string, handle: string, peer: Peer): SecretHandle {
  return {
    id,
    read: async (signal) =>
      Buffer.from((await peer.request(secretRead, { handle }, { signal })).value, "base64"),
  };
}
