import { randomUUID } from "node:crypto";
import { realpath, rename, rm, writeFile } from "node:fs/promises";
import type { ConfigEntry } from "@gantry/protocol";
import { parse } from "yaml";
import { Fault } from "../fault.ts";
import { Turns } from "../operations/turns.ts";
import { checkConfig, readConfig, type ReadConfig, readIfThere } from "./config.ts";
import type { ConfigDocument } from "./config-document.ts";
import { entriesOf, toJson } from "./config-entries.ts";
import { type KeyPath, pathOf } from "./config-keys.ts";
import { locatorOf } from "./locate-option.ts";
import { checkOptions } from "./options.ts";

/** A setting and what it is to be; without a value it is taken out. */
export interface ConfigChange {
  readonly key: string;
  readonly value?: unknown;
}

/** What is known of the options of a driver. */
type SchemaOf = (driver: string) => Promise<Parameters<typeof checkOptions>[1] | undefined>;

/** Changes a configuration file for its user: one setting at a time, comments kept, never to something that is not valid. */
export class ConfigEditor {
  readonly #path: string;
  readonly #schemaOf: SchemaOf;
  readonly #turns = new Turns();

  constructor(path: string, schemaOf: SchemaOf) {
    this.#path = path;
    this.#schemaOf = schemaOf;
  }

  /** Throws `config-invalid` for a value that does not fit, `not-found` for a key that nobody knows. */
  set(key: string, text: string, signal: AbortSignal): Promise<ConfigEntry> {
    return this.#turns.take(this.#path, signal, async () => {
      const before = await readConfig(this.#path);
      const at = pathOf(before.document, key);
      const after = await this.#firstValid(before, at, text);
      await this.#write(before, after);
      const entry = entriesOf(after).find((one) => one.key === key);
      return entry ?? { key, value: toJson(after.document.value(at.path)) };
    });
  }

  /** Throws `not-found` for a setting that the file does not have. */
  unset(key: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(this.#path, signal, async () => {
      const before = await readConfig(this.#path);
      const changed = this.#apply(before.document, { key });
      await this.#write(before, await this.#checked(changed.document, changed.endpoint));
    });
  }

  /** All of the changes or none; gives the file's text before and after. Throws what `set` and `unset` throw. */
  change(
    changes: readonly ConfigChange[],
    dryRun: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly before: string; readonly after: string }> {
    return this.#turns.take(this.#path, signal, async () => {
      const before = await readConfig(this.#path);
      let { document } = before;
      const endpoints = new Set<string | undefined>();
      for (const change of changes) {
        const changed = this.#apply(document, change);
        document = changed.document;
        endpoints.add(changed.endpoint);
      }
      let after = await this.#checked(document);
      for (const endpoint of endpoints) after = await this.#checked(document, endpoint);
      if (!dryRun) await this.#write(before, after);
      return { before: before.document.text, after: String(after.document) };
    });
  }

  #apply(
    document: ConfigDocument,
    { key, value }: ConfigChange,
  ): { readonly document: ConfigDocument; readonly endpoint: string | undefined } {
    const at = pathOf(document, key);
    const { endpoint } = at;
    if (value !== undefined) return { document: document.with(...target(at, value)), endpoint };
    if (at.isNew || !document.has(at.path)) throw notSet(key, this.#path);
    return { document: document.without(at.path), endpoint };
  }

  /** The configuration with the value that was meant: what the text is as YAML, as a list, or as text. */
  async #firstValid({ document }: ReadConfig, at: KeyPath, text: string): Promise<ReadConfig> {
    let refusal: unknown;
    for (const value of meanings(text)) {
      try {
        return await this.#checked(document.with(...target(at, value)), at.endpoint);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        refusal ??= withHint(error, at);
      }
    }
    throw refusal;
  }

  /** The places of a text that was never written would lead nobody anywhere: the message says it all. */
  async #checked(document: ConfigDocument, endpoint?: string): Promise<ReadConfig> {
    try {
      const read = checkConfig(document);
      await this.#checkEndpoint(read, endpoint);
      return read;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const message = error.message.replace(/^\S+:\d+:\d+: /, "");
      throw new Fault(error.code, `The configuration would not be valid: ${message}`, {
        hint: error.hint,
        details: error.details,
      });
    }
  }

  async #checkEndpoint(read: ReadConfig, name: string | undefined): Promise<void> {
    const endpoint = read.config.endpoints.find((one) => one.name === name);
    if (endpoint?.driver === undefined) return;
    const schema = await this.#schemaOf(endpoint.driver);
    if (schema === undefined) return;
    const { options } = endpoint;
    checkOptions({ name: endpoint.name, options, ...locatorOf(read, endpoint.name) }, schema);
  }

  async #write(before: ReadConfig, after: ReadConfig): Promise<void> {
    // A file that is a link stays one.
    const file = await realpath(this.#path).catch(() => this.#path);
    if ((await readIfThere(file)) !== before.document.text)
      throw new Fault("conflict", `${this.#path} changed meanwhile.`, { hint: "Try again." });
    const draft = `${file}.${randomUUID()}`;
    try {
      await writeFile(draft, String(after.document), { mode: 0o600, flag: "wx" });
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
  }
}

/** A new endpoint begins with its name; a secret is in one place, and not in another any more. */
function target({ path, endpoint, isNew }: KeyPath, value: unknown) {
  const [top = "", index = 0, field, ...rest] = path;
  if (top === "secrets" && field !== undefined) return [[top, index], { [field]: value }] as const;
  if (!isNew || typeof field !== "string") return [path, value] as const;
  const inner = rest.reduceRight<unknown>((part, name) => ({ [name]: part }), value);
  return [[top, index], { name: endpoint, [field]: inner }] as const;
}

/** What is nothing without its neighbour is set with it. */
function withHint(error: Fault, { path: [top, field] }: KeyPath): Fault {
  const isOwn = error.message.includes(`revocations.${field}:`);
  if (top !== "revocations" || field === undefined || isOwn) return error;
  const hint = "Set them together: gantry config set revocations '{source: SOURCE, key: KEY}'";
  return new Fault(error.code, error.message, { hint });
}

function meanings(text: string): unknown[] {
  const list = text.includes(",") ? [text.split(",").map((part) => part.trim())] : [[text]];
  try {
    return [parse(text) as unknown, text, ...list];
  } catch {
    return [text, ...list];
  }
}

function notSet(key: string, path: string): Fault {
  return new Fault("not-found", `${key} is not set in ${path}.`, {
    hint: "See `gantry config list` for what is.",
  });
}
