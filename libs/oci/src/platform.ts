import { OciError } from "./errors.ts";

/** Where an image runs, in the image specification's words (`os` and `architecture` as in GOOS/GOARCH). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  x86_64: "amd64",
  "x86-64": "amd64",
  ia32: "386",
  i386: "386",
  x32: "386",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
  loong64: "loong64",
  ppc64: "ppc64le",
};

const OSES: Readonly<Record<string, string>> = { win32: "windows", macos: "darwin" };

/** Spells a platform the one way the others are compared with: `x86_64` is `amd64`, arm64 is `v8` unless said. */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const named = platform.architecture.toLowerCase();
  const architecture = ARCHITECTURES[named] ?? named;
  const variant = normalizeVariant(named, architecture, platform.variant?.toLowerCase());
  return { os: OSES[os] ?? os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function normalizeVariant(named: string, architecture: string, given: string | undefined) {
  const variant = given === undefined || given === "" ? undefined : given.replace(/^(?=\d)/, "v");
  if (architecture === "arm") return variant ?? (named === "armel" ? "v6" : "v7");
  if (architecture === "arm64") return variant ?? "v8";
  if (architecture === "amd64") return variant === "v1" ? undefined : variant;
  return variant;
}

/** The platform whose Linux images this machine runs: its architecture, and `linux` unless told otherwise. */
export function hostPlatform(os = "linux", arch: string = process.arch): Platform {
  return normalizePlatform({ os, architecture: arch });
}

/** Reads `os/architecture[/variant]`, or an architecture alone (of Linux). */
export function parsePlatform(text: string): Platform {
  const parts = text.split("/");
  const bad = parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part));
  const [first = "", second, variant] = parts;
  if (bad) {
    throw new OciError(
      "invalid-reference",
      `Expected a platform like linux/arm64/v8, got ${JSON.stringify(text)}`,
      {
        hint: "Write os/architecture, for example linux/amd64.",
      },
    );
  }
  if (second === undefined) return normalizePlatform({ os: "linux", architecture: first });
  return normalizePlatform({ os: first, architecture: second, variant });
}

/** `linux/arm/v7`; the variant that goes without saying is left out. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform);
  const silent = variant === undefined || (architecture === "arm64" && variant === "v8");
  return [os, architecture, ...(silent ? [] : [variant])].join("/");
}

/**
 * How well an image of platform `offered` runs where `wanted` is asked for: 0 is exact, higher is further
 * (an older variant), `undefined` does not run. A newer variant never matches.
 */
export function platformDistance(wanted: Platform, offered: Platform): number | undefined {
  const want = normalizePlatform(wanted);
  const offer = normalizePlatform(offered);
  if (want.os !== offer.os) return undefined;
  if (want.architecture !== offer.architecture) {
    const thumb = want.architecture === "arm64" && offer.architecture === "arm";
    return thumb ? below(8, level(offer.variant), 10) : undefined;
  }
  return below(level(want.variant), level(offer.variant), 0);
}

function below(want: number, offer: number, base: number): number | undefined {
  return offer > want ? undefined : base + want - offer;
}

function level(variant: string | undefined): number {
  const digits = /^v(\d+)/.exec(variant ?? "v1");
  return Number(digits?.[1] ?? 1);
}

/** Of things that carry a platform, the one that fits best; of equals, the first. */
export function selectPlatform<Item extends { readonly platform?: Platform | undefined }>(
  items: readonly Item[],
  wanted: Platform,
): Item | undefined {
  const ranked = items.flatMap((item) => {
    const distance = item.platform && platformDistance(wanted, item.platform);
    return distance === undefined ? [] : [{ item, distance }];
  });
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked[0]?.item;
}
