import { localDriver } from "../definition.ts";

/** Starts the run that the environment describes, says so, and stays until it is killed. */
const { spec, context } = JSON.parse(process.env["GANTRY_TEST_SPEC"] ?? "{}");
const driver = localDriver.create({}, context);
await driver.run?.start(spec, AbortSignal.timeout(20_000));
process.stdout.write("started\n");
setInterval(() => undefined, 1_000);
