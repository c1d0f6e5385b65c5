import { serveStdio } from "@gantry/driver-api";
import { localDriver } from "./definition.ts";

await serveStdio(localDriver);
