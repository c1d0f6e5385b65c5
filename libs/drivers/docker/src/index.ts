export { dockerDriver } from "./definition.ts";
export { DockerOptions, dockerOptionsFromEnvironment } from "./options.ts";
