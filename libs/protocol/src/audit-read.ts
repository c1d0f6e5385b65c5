import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/**
 * A call to an engine that went through a broker. No bodies and no headers; of a denied one, the field that was too much.
 * A terminal that was opened is there too, as `OPEN /terminals/PLACE`, with who asked for it.
 */
export const AuditEntry = z.object({
  time: z.iso.datetime(),
  owner: z.object({
    kind: z.enum(["driver", "bundle"]),
    /** Of a bundle: `NAMESPACE/INSTALLATION`. */
    name: z.string(),
  }),
  method: z.string(),
  /** A template such as `/containers/{container}/start`. */
  path: z.string(),
  verdict: z.enum(["allowed", "denied"]),
  reason: z.string().exactOptional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Reads the audit log. It is bounded: the oldest entries are dropped as new ones come. */
export const auditRead = defineMethod({
  name: "audit.read",
  summary:
    "Reads the latest calls that went through a broker and the terminals that were opened, the oldest first.",
  params: z.object({
    /** Name of the driver or installation; of the latter with its namespace before a slash when it has one. */
    owner: z.string().exactOptional(),
    verdict: z.enum(["allowed", "denied"]).exactOptional(),
    limit: z.int().min(1).max(10_000).default(200),
  }),
  result: z.object({ entries: z.array(AuditEntry) }),
});
