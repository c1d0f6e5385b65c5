import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstalledPackage } from "./driver-package.ts";

/** The driver packages of this home, as its lock file has them. Starts none of them. */
export const driverPackages = defineMethod({
  name: "driver.packages",
  summary: "Lists the installed driver packages. Starts no driver.",
  params: z.object({
    /** Only this one, every byte of it checked. */
    name: z.string().min(1).exactOptional(),
  }),
  result: z.object({ packages: z.array(InstalledPackage) }),
});
