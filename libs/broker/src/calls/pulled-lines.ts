import { isRecord } from "../create/rules.ts";

/** An image, or a name that another image had. */
const NAMED = /^(?:Loaded image(?:\(s\))?(?: ID)?: (\S+)|The image (\S+) already exists)/gm;

/** What the engine says while it pulls or loads. */
export class PulledLines {
  #hasFailed = false;
  readonly #loaded = new Set<string>();

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Names and ids of the images that were loaded. */
  get loaded(): ReadonlySet<string> {
    return this.#loaded;
  }

  readonly hear = (line: string): void => {
    const value = parse(line);
    if (!isRecord(value)) return;
    if ("error" in value || "errorDetail" in value) this.#hasFailed = true;
    const { stream } = value;
    if (typeof stream !== "string") return;
    for (const [, loaded, taken] of stream.matchAll(NAMED)) this.#loaded.add(loaded ?? taken ?? "");
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that is no JSON says nothing of interest.
    return undefined;
  }
}
