import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** Publishes a driver as an artifact of an OCI registry. */
export const driverPush = defineMethod({
  name: "driver.push",
  summary: "Publishes a directory, a tarball or an installed driver as an OCI artifact.",
  params: z.object({
    /** The name of an installed driver, or a path. */
    spec: z.string().min(1),
    /** `oci://REGISTRY/NAME:TAG` */
    reference: z.string().min(1),
    cwd: z.string().startsWith("/"),
  }),
  result: z.object({
    name: z.string(),
    version: z.string(),
    /** Gives exactly this content again. */
    source: z.string(),
  }),
});
