import { dockerfileError, type Place, unsupportedError } from "./errors.ts";
import { readSwitch } from "./flags.ts";
import { nearestName } from "./nearest.ts";
import { cutPair } from "./text/words.ts";

/** One `RUN --mount`. Targets may be relative to the working directory. */
export type RunMount =
  | {
      readonly type: "bind";
      readonly target: string;
      readonly source: string;
      /** Stage, named context or image; absent for the build context. */
      readonly from?: string;
      /** Writes are allowed, and thrown away. */
      readonly writable: boolean;
    }
  | {
      readonly type: "cache";
      readonly id: string;
      readonly target: string;
      readonly source: string;
      readonly from?: string;
      readonly readOnly: boolean;
      readonly sharing: "shared" | "private" | "locked";
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly type: "tmpfs"; readonly target: string; readonly sizeBytes?: number }
  | {
      readonly type: "secret";
      readonly id: string;
      /** Path of the file; absent when only an environment variable is asked for. */
      readonly target?: string;
      readonly env?: string;
      readonly required: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

const KEYS = {
  bind: ["target", "source", "from", "rw"],
  cache: ["id", "target", "source", "from", "ro", "sharing", "mode", "uid", "gid"],
  tmpfs: ["target", "size"],
  secret: ["id", "target", "env", "required", "mode", "uid", "gid"],
} as const;

const ALIASES: Readonly<Record<string, string>> = {
  dst: "target",
  destination: "target",
  src: "source",
  readonly: "ro",
  readwrite: "rw",
};

/** Gives a `--mount` flag its meaning. Throws for unknown types and options, and for values that do not fit. */
export function readMount(text: string, place: Place): RunMount {
  const options = readOptions(text, place);
  const type = options.get("type") ?? "bind";
  if (type === "ssh") {
    throw unsupportedError(place, "ssh", {
      message: "RUN --mount=type=ssh is not supported",
      hint: "Use a secret for the key, or a driver that declares ssh.",
    });
  }
  const fields = new Fields(options, text, place);
  switch (type) {
    case "bind":
      return bind(fields.only(KEYS.bind, type));
    case "cache":
      return cache(fields.only(KEYS.cache, type));
    case "tmpfs":
      return tmpfs(fields.only(KEYS.tmpfs, type));
    case "secret":
      return secret(fields.only(KEYS.secret, type));
    default:
      throw dockerfileError(
        place,
        `unknown mount type ${JSON.stringify(type)}`,
        "Expected bind, cache, tmpfs or secret.",
      );
  }
}

function readOptions(text: string, place: Place): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of splitCsv(text)) {
    const { name, value } = cutPair(part);
    const lower = name.trim().toLowerCase();
    const key = ALIASES[lower] ?? lower;
    if (options.has(key)) {
      throw dockerfileError(place, `${key} is given twice in --mount=${text}`, "Give it once.");
    }
    options.set(key, value ?? "true");
  }
  // `ro` and `rw` are two spellings of one thing where the mount knows only the other.
  const type = options.get("type") ?? "bind";
  const [known, other] = type === "cache" ? ["ro", "rw"] : ["rw", "ro"];
  const opposite = options.get(other ?? "");
  if (opposite !== undefined && (type === "cache" || type === "bind")) {
    options.delete(other ?? "");
    options.set(known ?? "", String(!readSwitch(opposite, other ?? "", place)));
  }
  return options;
}

/** Comma-separated, a part may stand in double quotes. */
function splitCsv(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.replaceAll('"', ""),
  );
}

class Fields {
  readonly #options: ReadonlyMap<string, string>;
  readonly #text: string;
  readonly #place: Place;

  constructor(options: ReadonlyMap<string, string>, text: string, place: Place) {
    this.#options = options;
    this.#text = text;
    this.#place = place;
  }

  only(known: readonly string[], type: string): this {
    for (const key of this.#options.keys()) {
      if (key === "type" || known.includes(key)) continue;
      const near = nearestName(key, known);
      const hint = `${near === undefined ? "" : `Did you mean ${near}? `}Expected ${known.join(", ")}.`;
      throw dockerfileError(this.#place, `unknown option ${key} of a ${type} mount`, hint);
    }
    return this;
  }

  get(key: string): string | undefined {
    return this.#options.get(key);
  }

  target(): string {
    const target = this.get("target");
    return target === undefined || target === ""
      ? this.#bad("has no target", "Add target=PATH.")
      : target;
  }

  flag(key: string): boolean {
    return readSwitch(this.get(key) ?? "false", key, this.#place);
  }

  number(key: string, fallback: number): number {
    const text = this.get(key);
    if (text === undefined) return fallback;
    return /^\d{1,10}$/.test(text)
      ? Number(text)
      : this.#bad(`has ${key}=${text}`, "Expected a number.");
  }

  mode(fallback: number): number {
    const text = this.get("mode");
    if (text === undefined) return fallback;
    if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8);
    return this.#bad(`has mode=${text}`, "Expected octal digits such as 0755.");
  }

  sharing(): "shared" | "private" | "locked" {
    const text = this.get("sharing") ?? "shared";
    if (text === "shared" || text === "private" || text === "locked") return text;
    return this.#bad(`has sharing=${text}`, "Expected shared, private or locked.");
  }

  size(): number | undefined {
    const text = this.get("size");
    if (text === undefined) return undefined;
    const match = /^(\d+)([kmgt]?)i?b?$/i.exec(text);
    if (match === null)
      return this.#bad(`has size=${text}`, "Expected bytes, or a number with k, m or g.");
    return Number(match[1]) * 1024 ** " kmgt".indexOf(match[2]?.toLowerCase() || " ");
  }

  secretId(): string {
    const id = this.get("id") ?? this.get("target")?.split("/").at(-1);
    return id === undefined || id === "" ? this.#bad("has no id", "Add id=NAME.") : id;
  }

  #bad(what: string, hint: string): never {
    throw dockerfileError(this.#place, `--mount=${this.#text} ${what}`, hint);
  }
}

const from = (fields: Fields) => {
  const name = fields.get("from");
  return name === undefined || name === "" ? {} : { from: name };
};

function bind(fields: Fields): RunMount {
  return {
    type: "bind",
    target: fields.target(),
    source: fields.get("source") ?? "/",
    ...from(fields),
    writable: fields.flag("rw"),
  };
}

function cache(fields: Fields): RunMount {
  return {
    type: "cache",
    id: fields.get("id") ?? fields.target(),
    target: fields.target(),
    source: fields.get("source") ?? "/",
    ...from(fields),
    readOnly: fields.flag("ro"),
    sharing: fields.sharing(),
    mode: fields.mode(0o755),
    uid: fields.number("uid", 0),
    gid: fields.number("gid", 0),
  };
}

function tmpfs(fields: Fields): RunMount {
  const sizeBytes = fields.size();
  return {
    type: "tmpfs",
    target: fields.target(),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

function secret(fields: Fields): RunMount {
  const id = fields.secretId();
  const env = fields.get("env");
  const target = fields.get("target") ?? (env === undefined ? `/run/secrets/${id}` : undefined);
  return {
    type: "secret",
    id,
    ...(target === undefined ? {} : { target }),
    ...(env === undefined ? {} : { env }),
    required: fields.flag("required"),
    mode: fields.mode(0o400),
    uid: fields.number("uid", 0),
    gid: fields.number("gid", 0),
  };
}
