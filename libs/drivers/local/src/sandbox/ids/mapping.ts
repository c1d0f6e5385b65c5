import type { SubordinateRange } from "./subordinate.ts";

/** Ids `inside … inside+count-1` of a sandbox are `outside …` of this machine. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** How owners of files in images and snapshots are kept on this machine's disk. */
export interface IdMapping {
  /** `full`: every id is itself (root). `subordinate`: 0 is us, the rest comes from /etc/subuid. `single`: there is one id, ours. */
  readonly kind: "full" | "subordinate" | "single";
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

/** Who asks for a mapping, and what the machine offers. */
export interface MappingSources {
  readonly uid: number;
  readonly gid: number;
  readonly subUids: readonly SubordinateRange[];
  readonly subGids: readonly SubordinateRange[];
  /** Whether newuidmap and newgidmap are installed. */
  readonly hasMapTools: boolean;
}

const EVERY_ID = 4_294_967_295;

/** The widest mapping that the kernel grants to the one who asks. */
export function chooseMapping(sources: MappingSources): IdMapping {
  const { uid, gid } = sources;
  if (uid === 0) return { kind: "full", uids: [same(EVERY_ID)], gids: [same(EVERY_ID)] };
  const uids = withSubordinates(uid, sources.subUids);
  const gids = withSubordinates(gid, sources.subGids);
  if (sources.hasMapTools && uids.length > 1 && gids.length > 1) {
    return { kind: "subordinate", uids, gids };
  }
  return { kind: "single", uids: withSubordinates(uid, []), gids: withSubordinates(gid, []) };
}

function same(count: number): IdRange {
  return { inside: 0, outside: 0, count };
}

function withSubordinates(own: number, ranges: readonly SubordinateRange[]): IdRange[] {
  const mapped: IdRange[] = [{ inside: 0, outside: own, count: 1 }];
  let inside = 1;
  for (const { start, count } of ranges) {
    mapped.push({ inside, outside: start, count });
    inside += count;
  }
  return mapped;
}

/** The id on this machine's disk of id `inside` of a sandbox; `undefined` when the mapping has none. */
export function outsideId(ranges: readonly IdRange[], inside: number): number | undefined {
  const range = ranges.find((each) => inside >= each.inside && inside < each.inside + each.count);
  return range && range.outside + inside - range.inside;
}

/** The id that a sandbox sees for id `outside` on disk; `undefined` when the mapping has none. */
export function insideId(ranges: readonly IdRange[], outside: number): number | undefined {
  const range = ranges.find(
    (each) => outside >= each.outside && outside < each.outside + each.count,
  );
  return range && range.inside + outside - range.outside;
}

/** As /proc/PID/uid_map wants it. */
export function formatMap(ranges: readonly IdRange[]): string {
  return ranges.map((range) => `${range.inside} ${range.outside} ${range.count}\n`).join("");
}
