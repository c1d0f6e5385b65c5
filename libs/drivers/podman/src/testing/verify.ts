import { join } from "node:path";
import {
  Bench,
  buildTestImage,
  CASES,
  connectInProcess,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import { podmanDriver } from "../definition.ts";

/** Puts the driver through the cases named, as whoever runs this. Arguments: address, home, base image, ids. */
const [host = "", home = "", base = "", ...ids] = process.argv.slice(2);
const context = { stateDir: join(home, "state"), contentDir: join(home, "content") };
const options = { host };
const fixture: DriverFixture = {
  name: "podman",
  connect: () => connectInProcess(podmanDriver, { options, context }),
  base,
  testImage: (driver, signal) => buildTestImage(driver, base, signal),
};

await using bench = await Bench.open(fixture);
const { state, engine, problems } = await bench.driver.probe(AbortSignal.timeout(20_000));
process.stdout.write(`${JSON.stringify({ state, engine, problems })}\n`);
const features = bench.driver.run?.capabilities.features;
process.stdout.write(`${JSON.stringify({ features })}\n`);
for (const one of CASES) {
  if (ids.length > 0 && !ids.includes(one.id)) continue;
  const report = await bench.report(one);
  const error = "error" in report ? { error: String(report.error) } : {};
  process.stdout.write(`${JSON.stringify({ id: report.id, verdict: report.verdict, ...error })}\n`);
}
