import { unclear } from "../denied.ts";

/** What the first line of a request asks for, understood without doubt. */
export interface Target {
  /** `/v1.41`, of Podman's own interface `/v4.0.0`, or nothing. */
  readonly version: string;
  /** Decoded; none is empty, none climbs, none holds a slash. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const MAX_LENGTH = 16_384;
const VERSION = /^v1\.(\d{1,3})$/;
/** Podman's own interface is asked in one version, whichever the client means: it is the one that was looked at. */
const PODMANS = "/v4.0.0";
const PODMANS_VERSION = /^v[4-9]\.\d{1,3}\.\d{1,3}$/;
/** Before it, a start took a configuration of the container along. */
const OLDEST_MINOR = 24;
/** Begins with a letter, a digit or `_`: so `.` and `..` are none. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$/;

/**
 * Reads a request's target. Whatever two readers could read differently is refused: absolute form, empty segments,
 * dots, encoded slashes. What is sent on is written anew from the parts.
 */
export function readTarget(url: string): Target {
  if (url.length > MAX_LENGTH) throw unclear("its address is too long");
  if (!url.startsWith("/")) throw unclear("its address is not a path");
  if (/[^\u0021-\u007e]|[\\#]/.test(url))
    throw unclear("its address holds a character that none may");
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const segments = path.slice(1).split("/").map(readSegment);
  const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const [first = ""] = segments;
  const minor = VERSION.exec(first)?.[1];
  if (segments[1] === "libpod" && PODMANS_VERSION.test(first))
    return { version: PODMANS, segments: segments.slice(1), query };
  if (minor === undefined) return { version: "", segments, query };
  if (segments[1] === "libpod")
    throw unclear("Podman's own interface is asked in a version of Docker's");
  if (Number(minor) < OLDEST_MINOR)
    throw unclear(`API version ${first.slice(1)} is too old, use 1.${OLDEST_MINOR} or later`);
  return { version: `/${first}`, segments: segments.slice(1), query };
}

function readSegment(raw: string): string {
  let text: string;
  try {
    text = decodeURIComponent(raw);
  } catch (cause) {
    throw Object.assign(unclear("its path is not well encoded"), { cause });
  }
  if (!SEGMENT.test(text))
    throw unclear("its path holds a part that is empty, climbs, or is no name");
  return text;
}
