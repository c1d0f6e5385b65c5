import { join } from "node:path";
import { connectInProcess, connectOverStdio } from "@gantry/driver-api/conformance";
import { podmanDriver } from "./definition.ts";
import { describePodman } from "./testing/suite.ts";

// One after the other: both make the same images, and each removes what it made.
describePodman("podman in process", (connection) => connectInProcess(podmanDriver, connection));
describePodman("podman over stdio", (connection) =>
  connectOverStdio(join(import.meta.dirname, "main.ts"), connection),
);
