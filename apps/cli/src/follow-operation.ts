import type { Client } from "@gantry/client";
import type { OperationOutcome } from "@gantry/protocol";
import { connect } from "./connect.ts";
import { InterruptedError } from "./interrupted-error.ts";
import { rendererFor, type Renderer } from "./progress/renderer.ts";
import type { World } from "./world.ts";

/** Milliseconds for the daemon to take note of a kill before the client lets go. */
const LET_GO_MS = 1000;

export interface FollowOptions {
  readonly isJson: boolean;
  /** Asks the daemon for the operation. */
  start(client: Client): Promise<{ readonly operationId: string }>;
}

/**
 * Starts an operation and shows it to its end. The first Ctrl-C asks it to stop and goes on watching, the second kills it
 * and lets go: `InterruptedError`.
 */
export async function followOperation(
  world: World,
  options: FollowOptions,
): Promise<OperationOutcome> {
  const interrupts = new Interrupts();
  const stop = world.onInterrupt(() => interrupts.press());
  try {
    const work = follow(world, options, interrupts);
    work.catch(() => undefined);
    return await Promise.race([work, interrupts.letGo]);
  } finally {
    stop();
  }
}

async function follow(
  world: World,
  { isJson, start }: FollowOptions,
  interrupts: Interrupts,
): Promise<OperationOutcome> {
  await using client = await connect(world, { mayStart: true });
  const { operationId } = await start(client);
  using renderer = rendererFor(world, { isJson });
  interrupts.attach({ client, operationId, renderer });
  const events = client.watch(operationId);
  while (true) {
    const next = await events.next();
    if (next.done === true) return next.value;
    await renderer.add(next.value);
  }
}

interface Watched {
  readonly client: Client;
  readonly operationId: string;
  readonly renderer: Renderer;
}

/** Counts Ctrl-C. What is pressed before the operation is known takes effect once it is. */
class Interrupts {
  /** Rejects when the client is to let go. */
  readonly letGo: Promise<never>;
  readonly #reject: (error: InterruptedError) => void;
  #count = 0;
  #watched: Watched | undefined;

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.letGo = promise;
    this.#reject = reject;
  }

  attach(watched: Watched): void {
    this.#watched = watched;
    if (this.#count > 0) this.#cancel(watched, false);
  }

  press(): void {
    this.#count += 1;
    const watched = this.#watched;
    if (this.#count > 2) this.#reject(new InterruptedError());
    else if (watched !== undefined) this.#cancel(watched, this.#count === 2);
    else if (this.#count === 2) this.#reject(new InterruptedError());
  }

  #cancel({ client, operationId, renderer }: Watched, kill: boolean): void {
    const sent = client.request("operation.cancel", { operationId, kill });
    if (!kill) {
      renderer.say("Asked it to stop. Press Ctrl-C again to kill it and let go.");
      sent.catch(() => undefined);
      return;
    }
    renderer.say("Killed it and let go; `gantry runs list` shows how it ended.");
    const letGo = (): void => {
      renderer[Symbol.dispose]();
      this.#reject(new InterruptedError());
    };
    const timer = setTimeout(letGo, LET_GO_MS);
    sent.then(letGo, letGo).finally(() => clearTimeout(timer));
  }
}
