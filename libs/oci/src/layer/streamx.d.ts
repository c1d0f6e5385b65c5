/**
 * tar-stream's streams come from streamx, which ships no types. What is used of them behaves as Node's own streams.
 */
declare module "streamx" {
  import type * as node from "node:stream";

  export interface Readable extends node.Readable {}
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the library's declarations pass their event map
  export interface Writable<Events = unknown> extends node.Writable {}
  export type ReadableOptions = node.ReadableOptions;
  export type WritableOptions = node.WritableOptions;
  export type WritableEvents = object;
}
