import type { EnginePower } from "@gantry/driver-package";

/** Whom a filtered socket is for. */
export interface BrokerOwner {
  readonly kind: "driver" | "bundle";
  readonly name: string;
}

/** One call that somebody made through a broker. No bodies and no headers; of a denied one, the field that was too much. */
export interface BrokerEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly owner: BrokerOwner;
  readonly method: string;
  /** A template such as `/containers/{container}/start`; of a call that is not known only what is safe to show. */
  readonly path: string;
  readonly verdict: "allowed" | "denied";
  /** Why it was denied. */
  readonly reason?: string;
}

/** An image that an owner came by other than by building it. */
export interface ObtainedImage {
  readonly id: string;
  /** Whether the engine did not have it before, so that it is nobody else's. */
  readonly isNew: boolean;
}

/** What images an owner of one engine came by: kept by who opens its brokers, so that a later one knows them too. Must not throw. */
export interface ImageRecords {
  list(): readonly ObtainedImage[];
  /** One that is there already stays new if it was. */
  add(image: ObtainedImage): void;
  /** The engine does not have them any more. */
  remove(ids: readonly string[]): void;
}

export interface BrokerRequest {
  /** The real engine, by the path of its socket. */
  readonly engine: { readonly socketPath: string };
  /** Where the filtered socket appears. Its directory is made when it is missing; a socket that is there already is replaced. */
  readonly listenPath: string;
  /** Who may connect, 0600 when absent. A wider one is only safe in a directory that keeps others out. */
  readonly mode?: number;
  readonly power: EnginePower;
  readonly owner: BrokerOwner;
  /** Put on everything created; only things that carry them all are visible. See `ownerLabels`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: what images the owner came by is forgotten when the broker is closed. */
  readonly images?: ImageRecords;
  /**
   * Where the engine may write the logs of the owner's containers: the caller names a file directly in it, which is made
   * and removed here. The caller may read it, and must not be able to write there: a link of its making would lead the engine elsewhere.
   */
  readonly logsDir?: string;
  /** Hears of every call, when its verdict is known and before it is carried out. Must not throw. */
  readonly audit: (entry: BrokerEntry) => void;
}
