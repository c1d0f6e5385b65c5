/** Where every output of a bundle lies. */
export const OUTPUTS = "/cnab/app/outputs";

/** Paths that belong to the runtime or the run tool (CNAB Core 102 and 103). */
export const CNAB_PATHS = {
  bundle: "/cnab/bundle.json",
  claim: "/cnab/claim.json",
  run: "/cnab/app/run",
  imageMap: "/cnab/app/image-map.json",
  relocation: "/cnab/app/relocation-mapping.json",
} as const;

const RESERVED: readonly string[] = ["/cnab", "/cnab/app", ...Object.values(CNAB_PATHS)];

const RESERVED_FAULT: Fault = { fault: "belongs to CNAB itself", isReserved: true };

/** A path in the container: absolute, without `.`, `..` or empty parts; or why it cannot be used. */
export type Place = { readonly path: string } | Fault;

/** Why something cannot be used: `it ${fault}`. */
export interface Fault {
  readonly fault: string;
  /** It belongs to CNAB itself or to the outputs. */
  readonly isReserved: boolean;
}

/**
 * Where a declared file goes. A relative path is rooted at `/`, `c:\x` means `/x` (CNAB Core 103);
 * whatever climbs out, names a directory, or belongs to CNAB itself is refused.
 */
export function placeOf(declared: string): Place {
  const place = normalise(declared);
  if ("fault" in place) return place;
  if (isBelow(place.path, OUTPUTS) || place.path === OUTPUTS) {
    return { fault: `lies in ${OUTPUTS}, which is for outputs only`, isReserved: true };
  }
  return RESERVED.includes(place.path) ? RESERVED_FAULT : place;
}

/** Where a declared output lies: strictly below `/cnab/app/outputs`. */
export function outputPlaceOf(declared: string): Place {
  const place = declared.startsWith("/") ? normalise(declared) : broken("is not absolute");
  if ("fault" in place) return place;
  return isBelow(place.path, OUTPUTS) ? place : broken(`is not below ${OUTPUTS}/`);
}

/** Whether `path` lies strictly inside the directory. Both normalised. */
export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function normalise(declared: string): Place {
  const posix = /^[A-Za-z]:[\\/]/.test(declared)
    ? declared.slice(2).replaceAll("\\", "/")
    : declared;
  const parts = posix.split("/").filter((part) => part !== "" && part !== ".");
  if (posix.includes("\0")) return broken("contains a NUL character");
  if (parts.includes("..")) return broken('climbs out with ".."');
  if (parts.length === 0 || posix.endsWith("/")) return broken("names a directory");
  return { path: `/${parts.join("/")}` };
}

/** Why this is no name for an environment variable that a bundle may set; `undefined` when it is. */
export function variableFault(name: string): Fault | undefined {
  if (name === "") return broken("is empty");
  if (/[=\0]/.test(name)) return broken('contains "=" or a NUL character');
  if (!name.startsWith("CNAB_")) return undefined;
  return { fault: "begins with CNAB_, which belongs to CNAB itself", isReserved: true };
}

function broken(fault: string): Fault {
  return { fault, isReserved: false };
}
