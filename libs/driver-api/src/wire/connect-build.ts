import type { BuildCapabilities } from "@gantry/reports";
import type { BuildFacet, BuildRequest, SecretHandle } from "../build.ts";
import { DriverError } from "../errors.ts";
import type { Caller } from "./caller.ts";
import { bounding } from "./bound-event.ts";
import { buildStart } from "./methods.ts";

/** Holds the secrets of builds under way; a driver reads them by handle, and only while its build runs. */
export class SecretDesk {
  readonly #secrets = new Map<string, SecretHandle>();
  #next = 1;

  lend(secret: SecretHandle): { id: string; handle: string } {
    const handle = `s${this.#next++}-${crypto.randomUUID()}`;
    this.#secrets.set(handle, secret);
    return { id: secret.id, handle };
  }

  withdraw(handle: string): void {
    this.#secrets.delete(handle);
  }

  async read(handle: string, signal: AbortSignal): Promise<string> {
    const secret = this.#secrets.get(handle);
    if (secret !== undefined) return Buffer.from(await secret.read(signal)).toString("base64");
    throw new DriverError("not-found", "There is no secret behind this handle.", {
      hint: "Handles are good for the build that they came with, while it runs.",
    });
  }
}

export function connectBuild(
  caller: Caller,
  capabilities: BuildCapabilities,
  desk: SecretDesk,
): BuildFacet {
  return {
    capabilities,
    async build(request, work) {
      const secrets = request.secrets.map((secret) => desk.lend(secret));
      try {
        return await caller.follow(buildStart, toParams(request, secrets), bounding(work));
      } finally {
        for (const { handle } of secrets) desk.withdraw(handle);
      }
    },
  };
}

function toParams(request: BuildRequest, secrets: { id: string; handle: string }[]) {
  return {
    ...request,
    secrets,
    tags: [...request.tags],
    platforms: [...request.platforms],
    buildArgs: { ...request.buildArgs },
    labels: { ...request.labels },
    contexts: { ...request.contexts },
    ssh: [...request.ssh],
    cacheFrom: request.cacheFrom.map(toCache),
    cacheTo: request.cacheTo.map(toCache),
    extraHosts: [...request.extraHosts],
    insecureRegistries: [...request.insecureRegistries],
  };
}

function toCache({ type, attributes }: BuildRequest["cacheFrom"][number]) {
  return { type, attributes: { ...attributes } };
}
