export { commandDriver } from "./definition.ts";
