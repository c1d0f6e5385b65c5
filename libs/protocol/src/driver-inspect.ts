import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import {
  DriverPackage,
  LockPath,
  NpmEnvironment,
  PowerText,
  PublisherView,
} from "./driver-package.ts";

/** What installing a package would mean, shown before anything of it runs. */
export const Inspection = DriverPackage.extend({
  /** The one of the same name that is installed now. */
  installed: z.object({ version: z.string(), isSame: z.boolean() }).exactOptional(),
  /** The lock file that was given has a driver of this name. */
  isPinned: z.boolean(),
  /** What the operator would have to allow; nothing where a lock file or an earlier grant covers it. */
  isConfirmed: z.boolean(),
  /** Powers beyond those that the installed one has, or asks for. */
  widening: z.array(PowerText),
  /** Somebody else than before answers for it. */
  formerPublisher: PublisherView.exactOptional(),
});
export type Inspection = z.infer<typeof Inspection>;

/** Fetches a driver package and describes it. Nothing of it runs, and nothing is installed. */
export const driverInspect = defineMethod({
  name: "driver.inspect",
  summary:
    "Fetches a driver package and says what it is and asks for. Runs nothing, installs nothing.",
  params: z.object({
    /** What to install: a package, a path, `oci://...`; or `name`, for the newest of an installed one. */
    spec: z.string().min(1).exactOptional(),
    name: z.string().min(1).exactOptional(),
    /** Use the directory where it is. */
    link: z.boolean().default(false),
    /** What relative paths are relative to. */
    cwd: z.string().startsWith("/"),
    lock: LockPath,
    environment: NpmEnvironment,
  }),
  result: Inspection,
});
