import { invalidRequest } from "../errors.ts";

export type StreamName = "stdout" | "stderr";

/**
 * A place in a run's log file: of the entries from byte `offset` on, that many of each stream have been passed on. The
 * counts are not 0 where one stream went on while a line of the other was not yet whole.
 */
export interface Cursor {
  readonly offset: number;
  readonly stdout: number;
  readonly stderr: number;
}

export function parseCursor(text: string | undefined): Cursor {
  if (text === undefined) return { offset: 0, stdout: 0, stderr: 0 };
  const parts = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/u.exec(text);
  if (parts === null) {
    throw invalidRequest(
      `Cursor ${JSON.stringify(text)} is not one of this run.`,
      "Read from the start.",
    );
  }
  return { offset: Number(parts[1]), stdout: Number(parts[2]), stderr: Number(parts[3]) };
}

export function formatCursor({ offset, stdout, stderr }: Cursor): string {
  return `${offset}.${stdout}.${stderr}`;
}
