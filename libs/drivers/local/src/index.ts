export { localDriver } from "./definition.ts";
export { LocalOptions, localOptionsFromEnvironment } from "./options.ts";
export { ensureUserland, USERLAND } from "./userland/userland.ts";
