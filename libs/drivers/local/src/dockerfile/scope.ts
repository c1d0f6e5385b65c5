import type { Lookup } from "./text/expand.ts";

/** `RUN` sees these build arguments without an `ARG`; they change neither image nor cache. */
export const PROXY_ARGS: readonly string[] = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "FTP_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
].flatMap((name) => [name, name.toLowerCase()]);

export interface PlatformWords {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** The values of `TARGETPLATFORM`, `BUILDARCH` and the like. */
export function platformArgs(
  target: PlatformWords,
  build: PlatformWords,
  stage: string | undefined,
): ReadonlyMap<string, string> {
  const words = (prefix: string, platform: PlatformWords) => {
    const { os, architecture, variant = "" } = platform;
    const whole = [os, architecture, ...(variant === "" ? [] : [variant])].join("/");
    return [
      [`${prefix}PLATFORM`, whole],
      [`${prefix}OS`, os],
      [`${prefix}ARCH`, architecture],
      [`${prefix}VARIANT`, variant],
    ] as const;
  };
  return new Map([
    ...words("BUILD", build),
    ...words("TARGET", target),
    ["TARGETSTAGE", stage ?? "default"],
  ]);
}

/** The variables of one stage: `ENV` always wins over `ARG` (Dockerfile reference, "Using ARG variables"). */
export class Scope {
  readonly env: Map<string, string>;
  /** Arguments declared so far that have a value. */
  readonly args = new Map<string, string>();
  readonly escape: string;
  readonly #given: ReadonlyMap<string, string>;
  readonly #inherited: ReadonlyMap<string, string>;

  /** `given` are the caller's build arguments, `inherited` what an `ARG` without default falls back to. */
  constructor(options: {
    readonly env: ReadonlyMap<string, string>;
    readonly given: ReadonlyMap<string, string>;
    readonly inherited: ReadonlyMap<string, string>;
    readonly escape: string;
  }) {
    this.env = new Map(options.env);
    this.escape = options.escape;
    this.#given = options.given;
    this.#inherited = options.inherited;
  }

  readonly lookup: Lookup = (name) => this.env.get(name) ?? this.args.get(name);

  /** Carries out one entry of an `ARG`. */
  declare(name: string, fallback: string | undefined): void {
    const value = this.#given.get(name) ?? fallback ?? this.#inherited.get(name);
    if (value !== undefined) this.args.set(name, value);
  }

  /** What a program sees: arguments, then the environment over them. */
  environment(): Map<string, string> {
    return new Map([...this.args, ...this.env]);
  }
}
