import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstalledPackage, LockPath } from "./driver-package.ts";

/** Installs what `driver.inspect` has shown: by the same source and digest, or not at all. */
export const driverInstall = defineMethod({
  name: "driver.install",
  summary: "Installs an inspected driver package with what the operator grants it.",
  params: z.object({
    /** As the inspection gave it. */
    source: z.string().min(1),
    /** As the inspection gave it; absent for a linked directory. */
    sha512: z.string().exactOptional(),
    /** `all`, `none`, kinds of powers or single ones. Absent: only what a lock file or an earlier grant covers. */
    grant: z.array(z.string()).exactOptional(),
    /** Accept that somebody else than before answers for it. */
    acceptPublisher: z.boolean().default(false),
    /** Refuse unless the lock file says exactly this already. */
    frozen: z.boolean().default(false),
    lock: LockPath,
  }),
  result: InstalledPackage,
});
