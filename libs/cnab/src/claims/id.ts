import { incrementBase32, monotonicFactory } from "ulid";

/** When an id is made, and which one it must follow. */
export interface IdOptions {
  readonly now?: Date;
  readonly after?: string | undefined;
}

/**
 * A new ULID. Ids of one process sort in the order they were made, within a millisecond too; and one made `after`
 * another sorts behind it even when the clock was set back in between.
 */
export function newId({ now = new Date(), after }: IdOptions = {}): string {
  const id = monotonic(now.getTime());
  return after === undefined || id > after ? id : incrementBase32(after);
}

const monotonic = monotonicFactory();
