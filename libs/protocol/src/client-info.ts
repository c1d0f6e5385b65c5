import { z } from "zod";

/** Who a client says that it is. Nothing is decided by it. */
export const ClientInfo = z.object({
  /** Of the program, such as `gantry ui`. */
  name: z.string(),
  version: z.string(),
  user: z.string().exactOptional(),
  pid: z.int().exactOptional(),
});
export type ClientInfo = z.infer<typeof ClientInfo>;
