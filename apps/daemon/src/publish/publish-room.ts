import type { RegistryClient, Reference } from "@gantry/oci";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { Environment } from "../endpoints/endpoint.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { PublishReport } from "./publish-report.ts";

/** What every part of one publishing uses. */
export interface Publishing {
  readonly room: BuildRoom;
  readonly client: RegistryClient;
  /** Repository and tag. */
  readonly target: Reference;
  readonly environment: Environment;
  readonly context: OperationContext;
  readonly report: PublishReport;
}
