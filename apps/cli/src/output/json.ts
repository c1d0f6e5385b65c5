import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** A result for programs: JSON, two spaces deep. */
export function writeJson(world: World, value: unknown): Promise<void> {
  return write(world.stdout, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Whether `-o json` was asked for. */
export function isJson(given: { text(name: string): string | undefined }): boolean {
  return given.text("output") === "json";
}
