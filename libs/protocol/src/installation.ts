import { z } from "zod";
import { Power } from "./power.ts";

/** An installation as clients see it; field names are Porter's. */
export const Installation = z.object({
  schemaType: z.literal("Installation"),
  schemaVersion: z.literal("1.0.2"),
  id: z.string(),
  name: z.string(),
  namespace: z.string(),
  bundle: z.object({
    repository: z.string(),
    version: z.string(),
    digest: z.string().exactOptional(),
  }),
  labels: z.record(z.string(), z.string()),
  status: z.object({
    runId: z.string(),
    action: z.string(),
    resultId: z.string(),
    resultStatus: z.string(),
    created: z.iso.datetime(),
    modified: z.iso.datetime(),
    installed: z.iso.datetime().nullable(),
    uninstalled: z.iso.datetime().nullable(),
    bundleReference: z.string(),
    bundleVersion: z.string(),
    bundleDigest: z.string(),
    /** The endpoint of the last run. */
    driver: z.string(),
  }),
  /** What its runs may do beyond isolation. */
  grants: z.array(Power),
  _calculated: z.object({
    displayInstallationState: z.enum(["installed", "uninstalled", "defined"]),
    displayInstallationStatus: z.string(),
    /** Sensitive values are `******`. */
    resolvedParameters: z.array(
      z.object({ name: z.string(), type: z.string(), sensitive: z.boolean(), value: z.unknown() }),
    ),
  }),
});
export type Installation = z.infer<typeof Installation>;

/** Names one installation. */
export const InstallationKey = z.object({
  name: z.string().min(1),
  namespace: z.string().default(""),
});
