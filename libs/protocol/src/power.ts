import { z } from "zod";

/** What a run may have beyond isolation. Whatever is not granted is denied. */
export const PowerName = z.enum(["capability", "engine-socket", "mount", "network", "privileged"]);
export type PowerName = z.infer<typeof PowerName>;

/** One power. `value`: `CAP_CHOWN`, `HOST:TARGET:ro` or `rw`, a network's name; empty for the others. */
export const Power = z.object({ power: PowerName, value: z.string() });
export type Power = z.infer<typeof Power>;

/** A power that an installation has until it is revoked. */
export const Grant = Power.extend({
  /** Who asked for it: a bundle's request holds only while the bundle makes it, the operator's own for every run. */
  asker: z.enum(["bundle", "operator"]),
  granted: z.iso.datetime(),
});
export type Grant = z.infer<typeof Grant>;
