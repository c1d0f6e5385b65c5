import { serveStdio } from "@gantry/driver-api";
import { podmanDriver } from "./definition.ts";
import { PodmanDriver } from "./driver.ts";
import { parseOptions, podmanOptionsFromEnvironment } from "./options.ts";
import { PodmanEngine } from "./engine/podman-engine.ts";
import { engineLimits, presumedLimits } from "./run/engine-limits.ts";

const ASK_MS = 2_000;

// As a program of its own it finds the socket that was granted to it in the environment, and can ask what Podman is
// able to do before it has to say so. One that is away is asked again by the next process.
const { CONTAINER_HOST, GANTRY_ENGINE_LOGS } = process.env;
const implied = podmanOptionsFromEnvironment(process.env);
using engine = new PodmanEngine(implied);
const limits = await engine
  .info(AbortSignal.timeout(ASK_MS))
  .then(engineLimits, () => presumedLimits());

await serveStdio({
  ...podmanDriver,
  create: (options, context) => {
    const chosen = { ...implied, ...parseOptions(options) };
    const granted = CONTAINER_HOST ? { host: CONTAINER_HOST } : {};
    const logs = GANTRY_ENGINE_LOGS ? { logsDir: GANTRY_ENGINE_LOGS } : {};
    return new PodmanDriver({ ...chosen, ...granted, ...logs, limits }, context);
  },
});
