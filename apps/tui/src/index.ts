export { startTui, type TuiOptions } from "./tui.ts";
