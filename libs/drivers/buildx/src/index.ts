export { buildxDriver } from "./definition.ts";
export { BuildxOptions, buildxOptionsFromEnvironment } from "./options.ts";
