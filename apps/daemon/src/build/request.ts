import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@gantry/cnab";
import type { BuildRequest, SecretHandle } from "@gantry/driver-api";
import { bundleReference, customBuildArgs } from "@gantry/manifest";
import type { BuildOptions } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import { GENERATED_DIR } from "./context-files.ts";
import type { Source } from "./source.ts";

/** The driver's request for a user's build options. */
export function toBuildRequest(
  { dir, ignore, manifest }: Source,
  dockerfile: string,
  options: BuildOptions,
): BuildRequest {
  const { buildImage, repository } = bundleReference(manifest);
  return {
    id: newId({}),
    contextDir: dir,
    dockerfile: { text: dockerfile, path: join(GENERATED_DIR, "Dockerfile") },
    // Whatever the author ignores, what we generate is part of the context.
    ignore: `${ignore}\n!.cnab\n!.cnab/**\n`,
    tags: [buildImage],
    platforms: options.platform === undefined ? [] : [options.platform],
    ...(options.target === undefined ? {} : { target: options.target }),
    buildArgs: { ...customBuildArgs(manifest, dockerfile), ...options.buildArgs },
    labels: options.labels,
    contexts: options.buildContexts,
    secrets: options.secrets.map(toSecret),
    ssh: options.ssh,
    cacheFrom: options.cacheFrom,
    cacheTo: options.cacheTo,
    network: options.network,
    extraHosts: [],
    noCache: options.noCache || options.force,
    pull: options.pull,
    insecureRegistries: options.insecureRegistry ? [repository.split("/")[0] ?? repository] : [],
  };
}

function toSecret({ id, file, value }: BuildOptions["secrets"][number]): SecretHandle {
  return {
    id,
    async read() {
      if (value !== undefined) return Buffer.from(value, "base64");
      if (file === undefined) throw secretForgotten(id);
      try {
        return await readFile(file);
      } catch (cause) {
        throw new Fault("not-found", `The file of secret ${id} cannot be read: ${file}.`, {
          hint: "Correct `src=` of --secret.",
          cause,
        });
      }
    },
  };
}

/** The values of secrets are not kept from one build to the next. */
function secretForgotten(id: string): Fault {
  return new Fault(
    "input-invalid",
    `The build needs the secret ${id} again; its value is not kept.`,
    {
      hint: `Give it with --secret id=${id},env=VARIABLE or --secret id=${id},src=FILE.`,
    },
  );
}
