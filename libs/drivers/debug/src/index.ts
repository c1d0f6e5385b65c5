export { debugDriver } from "./definition.ts";
