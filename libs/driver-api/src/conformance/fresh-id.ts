import { randomUUID } from "node:crypto";

/** An id that no run or build had before. */
export function freshId(): string {
  return `t${randomUUID().replaceAll("-", "")}`;
}
