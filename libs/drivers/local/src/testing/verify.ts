import { join } from "node:path";
import {
  buildTestImage,
  connectInProcess,
  type DriverFixture,
  verifyDriver,
} from "@gantry/driver-api/conformance";
import { localDriver } from "../definition.ts";
import { USERLAND } from "../userland/userland.ts";

/** Puts the driver through the conformance suite as whoever runs this, with a home at its argument; prints a line of JSON for each case. */
const home = process.argv[2] ?? "";
const context = { stateDir: join(home, "state"), contentDir: join(home, "content") };
const fixture: DriverFixture = {
  name: "local",
  connect: () => connectInProcess(localDriver, { options: {}, context }),
  base: USERLAND,
  testImage: (driver, signal) => buildTestImage(driver, USERLAND, signal),
};
for await (const report of verifyDriver(fixture, AbortSignal.timeout(500_000))) {
  const error = report.verdict === "failed" ? String(report.error) : undefined;
  process.stdout.write(`${JSON.stringify({ id: report.id, verdict: report.verdict, error })}\n`);
}
