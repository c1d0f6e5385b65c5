export { cleanText } from "./clean-text.ts";
export { formatBytes, formatDuration } from "./format.ts";
export { withoutCommands } from "./without-commands.ts";
export { fitText, padText, textWidth } from "./text-width.ts";
