import type { LoggedEvent } from "@gantry/protocol";
import type { World } from "../world.ts";
import { LiveRenderer } from "./live-renderer.ts";
import { PlainRenderer } from "./plain-renderer.ts";

/** Shows an operation while it goes on. Disposing it leaves the terminal as it was. */
export interface Renderer extends Disposable {
  /** Resolves when there is room for more: a slow reader slows the operation's events, not the operation. */
  add(event: LoggedEvent): Promise<void>;
  /** A line of our own that stays. */
  say(text: string): void;
}

export interface RendererOptions {
  /** Standard output is kept free of what the bundle prints. */
  readonly isJson: boolean;
}

/** Live on a terminal, plain lines elsewhere: in CI, in a pipe, on a dumb terminal. */
export function rendererFor(world: World, options: RendererOptions): Renderer {
  const { env, stderr } = world;
  const isLive = stderr.isTTY === true && env["TERM"] !== "dumb" && !env["CI"];
  return isLive ? new LiveRenderer(world, options) : new PlainRenderer(world, options);
}
