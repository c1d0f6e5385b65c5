import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** The daemon's own log: JSON lines on stderr, which its starter points at `gantryd.log`. Never holds params of a call. */
export function createLog(level: string): Logger {
  return pino({ name: "gantryd", level }, pino.destination({ dest: 2, sync: true }));
}
