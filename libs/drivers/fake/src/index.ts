export { fakeDriver } from "./definition.ts";
export { Script, Step } from "./script/script.ts";
