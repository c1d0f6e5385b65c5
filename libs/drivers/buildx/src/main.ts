import { serveStdio } from "@gantry/driver-api";
import { buildxDriver } from "./definition.ts";
import { buildxOptionsFromEnvironment } from "./options.ts";

// As a program of its own it sees what of the operator's environment was granted to it; options come before that.
await serveStdio({
  ...buildxDriver,
  create: (options, context) => {
    const { environment, ...implied } = buildxOptionsFromEnvironment(process.env);
    const { environment: given, ...chosen } = options;
    const merged = { ...environment, ...Object(given) };
    return buildxDriver.create({ ...implied, ...chosen, environment: merged }, context);
  },
});
