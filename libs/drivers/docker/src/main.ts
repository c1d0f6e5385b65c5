import { serveStdio } from "@gantry/driver-api";
import { dockerDriver } from "./definition.ts";

await serveStdio(dockerDriver);
