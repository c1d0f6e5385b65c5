import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { OperationKind } from "./operation.ts";
import { BuildOptions, BundleSource, GivenValue } from "./requests.ts";

/** What an operation was asked to do, as far as it is kept: no secret, nothing that grants a power, no file's content. */
export const KeptRequest = z.object({
  kind: OperationKind,
  source: BundleSource,
  driver: z.string().exactOptional(),
  /** Of a run: directory that file names in parameters are relative to. */
  cwd: z.string().exactOptional(),
  installation: z.string().exactOptional(),
  namespace: z.string().exactOptional(),
  /** The custom action of an `invoke`. */
  action: z.string().exactOptional(),
  parameters: z.record(z.string(), GivenValue).default({}),
  /** Of an uninstall: the record goes as well. */
  delete: z.boolean().default(false),
  /** Of a build, without its secrets. */
  build: BuildOptions.exactOptional(),
  /** Names of what was given and is not kept: it has to be given again. */
  withheld: z.array(z.string()).default([]),
});
export type KeptRequest = z.infer<typeof KeptRequest>;

/** What is needed to do an operation again. */
export const operationRequest = defineMethod({
  name: "operation.request",
  summary: "Gives what an operation was asked to do, without secrets, to do the same again.",
  params: z.object({ operationId: z.string() }),
  /** Without `request`: it is not kept. */
  result: z.object({ request: KeptRequest.exactOptional() }),
});
