import { confine, isWholeMachine } from "@gantry/confine";
import type { LaunchRequest, Launcher } from "./launcher.ts";
import { plainLauncher } from "./plain-launcher.ts";

export interface ConfinedOptions {
  /** Never visible to a driver, whatever it was granted, but for its own directory: the daemon's home. */
  readonly home: string;
  /** Read at each start. `strict` refuses a package where the host cannot confine it. */
  readonly policy: () => Promise<"default" | "strict">;
}

/** Starts packages with their grant and no more. A command of the operator's own configuration is the operator's, and is not confined. */
export function confinedLauncher({ home, policy }: ConfinedOptions): Launcher {
  return {
    expects({ package: origin }) {
      const isConfined = origin !== undefined && !isWholeMachine(origin.granted);
      return isConfined && process.platform === "linux" ? "confined" : "unconfined";
    },
    async prepare(request: LaunchRequest, signal) {
      if (request.package === undefined) return plainLauncher.prepare(request, signal);
      const hidden = { hidden: [home], policy: await policy() };
      return confine({ ...request, ...request.package, ...hidden }, signal);
    },
  };
}
