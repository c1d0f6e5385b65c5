import type { Snapshot } from "../labels/image-ledger.ts";
import { Ownership } from "../labels/ownership.ts";
import type { Around, Call } from "./call.ts";

/** How long the engine may take over what is asked of it once a load has ended. */
const SETTLE_MS = 60_000;

/**
 * A load of images. Their names are in the archive, where nobody looks before the engine does: so a name that was somebody
 * else's goes back to what it meant, however the load ends, and whether or not the client waits for that.
 */
export class Loading implements Around {
  readonly #call: Call;
  #held: Snapshot;
  #settled: Promise<void> | undefined;

  private constructor(call: Call, held: Snapshot) {
    this.#call = call;
    this.#held = held;
  }

  static async begin(call: Call): Promise<Loading> {
    const { room, signal } = call;
    return new Loading(call, await room.images.snapshot(room.engine, signal));
  }

  /** Names may have moved while a slow client sent its archive. */
  readonly before = async (): Promise<void> => {
    const { room } = this.#call;
    this.#held = await room.images.snapshot(room.engine, AbortSignal.timeout(SETTLE_MS));
  };

  /** The engine did not say what it loaded, or failed when it had loaded a part. */
  readonly after = (): Promise<void> => (this.#settled ??= this.#takeBack());

  /** The engine has loaded these. */
  settle(names: Iterable<string>): Promise<void> {
    return (this.#settled ??= this.#own(names));
  }

  async #own(names: Iterable<string>): Promise<void> {
    const call = this.#lasting();
    const { own, room } = call;
    const { ids, names: held } = this.#held;
    for (const name of names) {
      const id = await own.imageId(name);
      if (id === undefined) continue;
      room.images.obtained(id, !ids.has(id));
      const former = held.get(name);
      if (former !== undefined && former !== id) await giveBack(call, name, former);
    }
  }

  async #takeBack(): Promise<void> {
    const call = this.#lasting();
    const { own, room, signal } = call;
    const now = await room.images.snapshot(room.engine, signal);
    for (const [name, former] of this.#held.names) {
      const id = now.names.get(name);
      if (id === undefined || id === former) continue;
      // Others move names as well, to images that they have.
      const isOwn = !this.#held.ids.has(id) || (await own.image(id).catch(() => undefined));
      if (isOwn) await giveBack(call, name, former);
    }
  }

  /** The call as it goes on without its client. */
  #lasting(): Call {
    const signal = AbortSignal.timeout(SETTLE_MS);
    return { ...this.#call, signal, own: new Ownership(this.#call.room, signal) };
  }
}

async function giveBack({ own, room, signal }: Call, name: string, id: string): Promise<void> {
  const former = await own.image(id).catch(() => undefined);
  if (former?.mayChange === true) return;
  const at = name.lastIndexOf(":");
  const query = new URLSearchParams({ repo: name.slice(0, at), tag: name.slice(at + 1) });
  await room.engine.tell(`/images/${id}/tag?${query.toString()}`, signal);
}
