import { readFile } from "node:fs/promises";
import {
  PackageError,
  readRevocations,
  REVOCATIONS_TYPE,
  type Revocations,
  type Verdict,
  verdictOn,
} from "@gantry/driver-package";
import { httpGetBytes, pullDocument } from "@gantry/driver-sources";
import type { RegistryClient } from "@gantry/oci";
import { replaceFile } from "./lock-store.ts";

/** Where the signed list is published, and whose signature counts. */
export interface RevocationConfig {
  /** A path, an `https:` address, or `oci://REGISTRY/NAME:TAG`. */
  readonly source: string;
  readonly key: string;
  /** Days after which a list that could not be had anew is announced. */
  readonly maxAgeDays: number;
}

/** What is said of a driver now. */
export interface Announcement {
  readonly verdict: Verdict | undefined;
  /** Sentences for the user: deprecated, or a list that is out of date. */
  readonly notices: readonly string[];
}

const LIST_BYTES = 16 << 20;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A list that was fetched is not fetched again within this time. */
const FRESH_MS = 60 * 60 * 1000;
/** A source that is away is not asked more often than this, nor longer. */
const RETRY_MS = 60 * 1000;

export interface WatchOptions {
  /** Where the list is kept for when its source is away. */
  readonly cache: string;
  readonly oci: RegistryClient;
  config(): Promise<RevocationConfig | undefined>;
  now(): number;
}

/** The signed list of revoked and deprecated drivers. Holds offline: the newest list that was ever seen counts. */
export class RevocationWatch {
  readonly #options: WatchOptions;
  #fetched = Number.NEGATIVE_INFINITY;
  #tried = Number.NEGATIVE_INFINITY;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Asks the source, unless that was done lately. A source that is away is no error; a list that lies is. */
  async refresh(signal: AbortSignal): Promise<void> {
    const config = await this.#options.config();
    const now = this.#options.now();
    if (config === undefined || now - this.#fetched < FRESH_MS) return;
    const text = await this.#fetch(config.source, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof PackageError && error.code === "revocations-invalid") throw error;
      return undefined;
    });
    if (text === undefined) return;
    const list = readRevocations(text, config.key);
    const known = await this.#known(config);
    this.#fetched = now;
    // An older list, however well signed, does not take a newer one's place.
    if (known === undefined || Date.parse(list.issued) >= Date.parse(known.issued))
      await replaceFile(this.#options.cache, text);
  }

  /** Asks the source while others go on; what it says counts from then on. Never rejects. */
  async refreshMeanwhile(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#tried < RETRY_MS) return;
    this.#tried = now;
    await this.refresh(AbortSignal.timeout(RETRY_MS)).catch(() => undefined);
  }

  /** What the list says of a driver, without asking its source. */
  async announce(driver: {
    readonly name: string;
    readonly version: string;
    readonly sha512?: string | undefined;
  }): Promise<Announcement> {
    const config = await this.#options.config();
    if (config === undefined) return { verdict: undefined, notices: [] };
    const list = await this.#known(config);
    const verdict = list === undefined ? undefined : verdictOn(list, driver);
    const deprecated = verdict?.state === "deprecated" ? [`It is deprecated: ${verdict.text}`] : [];
    return { verdict, notices: [...deprecated, ...this.#ageOf(list, config)] };
  }

  /** Throws `driver-revoked`. */
  async check(driver: Parameters<RevocationWatch["announce"]>[0]): Promise<void> {
    const { verdict } = await this.announce(driver);
    if (verdict?.state !== "revoked") return;
    const message = `The driver ${driver.name} ${driver.version} is revoked: ${verdict.text}`;
    throw new PackageError("driver-revoked", message, {
      hint: `Remove it with \`gantry drivers remove ${driver.name}\`, or install another version.`,
    });
  }

  async #fetch(source: string, signal: AbortSignal): Promise<string> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const [, reference] = /^oci:\/\/(.+)$/.exec(source) ?? [];
    if (reference !== undefined) {
      const wanted = { reference, mediaType: REVOCATIONS_TYPE, maxBytes: LIST_BYTES };
      return pullDocument(this.#options.oci, { ...wanted, signal: limit });
    }
    if (!/^https?:/.test(source)) return readFile(source, "utf8");
    const call = { url: new URL(source), headers: {}, signal: limit };
    return (await httpGetBytes(call, LIST_BYTES)).toString("utf8");
  }

  #ageOf(list: Revocations | undefined, { maxAgeDays }: RevocationConfig): readonly string[] {
    if (list === undefined) return ["The list of revoked drivers was never reached."];
    const days = Math.floor((this.#options.now() - Date.parse(list.issued)) / DAY_MS);
    return days > maxAgeDays ? [`The list of revoked drivers is ${days} days old.`] : [];
  }

  async #known({ key }: RevocationConfig): Promise<Revocations | undefined> {
    const text = await readFile(this.#options.cache, "utf8").catch(() => undefined);
    try {
      return text === undefined ? undefined : readRevocations(text, key);
    } catch (error) {
      // Of another key than the one that counts now: as if there were none, which is announced.
      if (error instanceof PackageError) return undefined;
      throw error;
    }
  }
}
