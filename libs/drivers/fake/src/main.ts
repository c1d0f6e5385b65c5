import { serveStdio } from "@gantry/driver-api";
import { fakeDriver } from "./definition.ts";

await serveStdio(fakeDriver);
