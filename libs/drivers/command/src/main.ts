import { serveStdio } from "@gantry/driver-api";
import { commandDriver } from "./definition.ts";

await serveStdio(commandDriver);
