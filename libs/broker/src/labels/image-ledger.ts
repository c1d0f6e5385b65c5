import { z } from "zod";
import type { ImageRecords } from "../request.ts";
import type { Engine } from "../transport/engine.ts";

const Images = z.array(z.object({ Id: z.string(), RepoTags: z.array(z.string()).nullish() }));

/** What the engine holds at one moment. */
export interface Snapshot {
  readonly ids: ReadonlySet<string>;
  /** Ids by name. */
  readonly names: ReadonlyMap<string, string>;
}

/** What images an owner has come by other than by building them, by their ids. */
export class ImageLedger {
  readonly #records: ImageRecords | undefined;
  readonly #obtained: Set<string>;
  readonly #made: Set<string>;

  /** Whether containers of an image get the owner's labels from it. An image of an id never changes. */
  readonly inherited = new Map<string, boolean>();

  /** Without records it is forgotten with this ledger. */
  constructor(records?: ImageRecords) {
    const known = records?.list() ?? [];
    this.#records = records;
    this.#obtained = new Set(known.map(({ id }) => id));
    this.#made = new Set(known.filter(({ isNew }) => isNew).map(({ id }) => id));
  }

  /** The owner pulled it or sent its content: it may read it. */
  obtained(id: string, isNew: boolean): void {
    this.#obtained.add(id);
    // The engine did not have it before, so it is nobody else's.
    if (isNew) this.#made.add(id);
    this.#records?.add({ id, isNew });
  }

  mayRead(id: string): boolean {
    return this.#obtained.has(id);
  }

  mayChange(id: string): boolean {
    return this.#made.has(id);
  }

  async snapshot(engine: Engine, signal: AbortSignal): Promise<Snapshot> {
    const before = [...this.#obtained];
    const found = await engine.ask("/images/json?all=1", { schema: Images, signal });
    const images = found ?? [];
    if (found !== undefined) this.#forget(before, new Set(images.map(({ Id }) => Id)));
    const names = images.flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).map((name) => [name, Id] as const),
    );
    return { ids: new Set(images.map(({ Id }) => Id)), names: new Map(names) };
  }

  /** What is gone from the engine may be somebody else's when it is there again. */
  #forget(known: readonly string[], held: ReadonlySet<string>): void {
    const gone = known.filter((id) => !held.has(id));
    if (gone.length === 0) return;
    for (const id of gone) {
      this.#obtained.delete(id);
      this.#made.delete(id);
    }
    this.#records?.remove(gone);
  }
}
