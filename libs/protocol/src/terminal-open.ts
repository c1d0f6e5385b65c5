import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { BundleSource } from "./requests.ts";
import { Terminal, TerminalSize } from "./terminal.ts";

/** Starts a program on a terminal in the run of an installation that is under way, in its image, or in that of a bundle. */
export const terminalOpen = defineMethod({
  name: "terminal.open",
  summary:
    "Starts a program on a terminal in an installation's run, or in a run made for it of its image or of a bundle's. It goes on when the client leaves.",
  params: z.object({
    /** An installation; absent with `source`. */
    name: z.string().min(1).exactOptional(),
    namespace: z.string().default(""),
    /** In a run of the installation's last image that does nothing else, instead of the run under way. */
    image: z.boolean().default(false),
    /** A bundle: in a run of its image as it was built last, before any action of it. */
    source: BundleSource.exactOptional(),
    /** Endpoint for a run of an image. Default: where the image was made, else the first that has terminals. */
    driver: z.string().exactOptional(),
    /** `COLORTERM` of the user's terminal, by which programs know how many colours it has. */
    colorTerm: z
      .string()
      .regex(/^[\w.-]{1,32}$/)
      .exactOptional(),
    /** Default: the image's `bash`, else `sh`. */
    command: z.array(z.string()).default([]),
    size: TerminalSize,
  }),
  result: z.object({ terminal: Terminal }),
});
