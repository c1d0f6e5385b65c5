import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** What became of one promise of the driver contract. */
export const VerifiedCase = z.object({
  id: z.string(),
  /** Completes the sentence "the driver …". */
  title: z.string(),
  verdict: z.enum(["passed", "failed", "not-applicable"]),
  /** Why it does not apply, or what was found instead. */
  reason: z.string().exactOptional(),
  /** The last messages on the wire before it failed: `>` to the driver, `<` from it. */
  transcript: z.array(z.string()).exactOptional(),
});
export type VerifiedCase = z.infer<typeof VerifiedCase>;

/** Puts a driver through the conformance suite and through what a host may do to it. */
export const driverVerify = defineMethod({
  name: "driver.verify",
  summary: "Runs the conformance suite and the hostile-host suite against a driver's program.",
  params: z.object({
    /** Directory of a driver package, absolute; where there is none its last part is the name of an installed one. */
    dir: z.string().min(1),
    options: z.record(z.string(), z.unknown()).default({}),
    /** Image that the test image is built on, by the local driver. */
    base: z.string().default("gantry.local/userland:latest"),
    /** Only cases whose id begins with this. */
    only: z.string().default(""),
    bench: z.boolean().default(false),
    /** Starts it as an ordinary process; else with the powers of its manifest, or its grant, and no more, where the machine can do that. */
    unconfined: z.boolean().default(false),
  }),
  progress: VerifiedCase,
  result: z.object({
    driver: z.string(),
    version: z.string(),
    passed: z.int(),
    failed: z.int(),
    notApplicable: z.int(),
    /** How it was started, and what was weaker about that than it could be, or why it was not confined. */
    confinement: z.enum(["confined", "unconfined"]),
    weaker: z.array(z.string()),
    /** Milliseconds, when asked for: medians. */
    bench: z.record(z.string(), z.number()).exactOptional(),
  }),
});
