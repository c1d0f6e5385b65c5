export { podmanDriver } from "./definition.ts";
export { PodmanOptions, podmanOptionsFromEnvironment } from "./options.ts";
