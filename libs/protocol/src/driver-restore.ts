import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstalledPackage, NpmEnvironment } from "./driver-package.ts";

/** Installs exactly what a lock file says; refuses as a whole when anything is different. */
export const driverRestore = defineMethod({
  name: "driver.restore",
  summary: "Installs every driver of a lock file, exactly as it says, or none.",
  params: z.object({ lock: z.string().startsWith("/"), environment: NpmEnvironment }),
  result: z.object({ installed: z.array(InstalledPackage) }),
});
