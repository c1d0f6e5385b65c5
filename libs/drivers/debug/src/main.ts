import { serveStdio } from "@gantry/driver-api";
import { debugDriver } from "./definition.ts";

await serveStdio(debugDriver);
