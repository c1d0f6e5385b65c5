import { openSync, closeSync, readSync } from "node:fs";

/** What a program or library of the ELF format needs to be loaded. */
export interface ElfNeeds {
  /** Path of the dynamic loader; absent in a library or a static program. */
  readonly interpreter?: string;
  /** Names of shared libraries. */
  readonly libraries: readonly string[];
  /** Directories that it wants them looked up in first; may begin with `$ORIGIN`. */
  readonly searchDirs: readonly string[];
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;
const DT_RPATH = 15n;
const DT_RUNPATH = 29n;
const HEADER_BYTES = 64;
const MAX_TABLE = 1 << 20;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

/** Reads a 64-bit little-endian ELF file; `undefined` for any other file. */
export function readElfNeeds(path: string): ElfNeeds | undefined {
  const file = openSync(path, "r");
  try {
    const header = readAt(file, 0, HEADER_BYTES);
    const isElf =
      header.length === HEADER_BYTES && header.toString("latin1", 0, 6) === "\x7fELF\x02\x01";
    return isElf ? readNeeds(file, header) : undefined;
  } finally {
    closeSync(file);
  }
}

function readNeeds(file: number, header: Buffer): ElfNeeds {
  const segments = readSegments(file, header);
  const interp = segments.find(({ type }) => type === PT_INTERP);
  const interpreter =
    interp && readAt(file, interp.offset, interp.size).toString("utf8").replace(/\0.*$/s, "");
  const entries = readDynamic(file, segments);
  const names = (...tags: bigint[]): string[] =>
    entries.flatMap(([tag, value]) =>
      tags.includes(tag) ? [stringAt(file, segments, entries, value)] : [],
    );
  return {
    ...(interpreter === undefined ? {} : { interpreter }),
    libraries: names(DT_NEEDED),
    searchDirs: names(DT_RPATH, DT_RUNPATH).flatMap((dirs) => dirs.split(":")),
  };
}

function readSegments(file: number, header: Buffer): Segment[] {
  const start = Number(header.readBigUInt64LE(32));
  const entrySize = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = readAt(file, start, Math.min(entrySize * count, MAX_TABLE));
  return Array.from({ length: Math.floor(table.length / entrySize) }, (_, index) => {
    const at = index * entrySize;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: table.readBigUInt64LE(at + 16),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

type DynamicEntry = readonly [tag: bigint, value: bigint];

function readDynamic(file: number, segments: readonly Segment[]): DynamicEntry[] {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const table = readAt(file, dynamic.offset, Math.min(dynamic.size, MAX_TABLE));
  return Array.from({ length: Math.floor(table.length / 16) }, (_, index) => [
    table.readBigUInt64LE(index * 16),
    table.readBigUInt64LE(index * 16 + 8),
  ]);
}

function stringAt(
  file: number,
  segments: readonly Segment[],
  ...[entries, index]: readonly [readonly DynamicEntry[], bigint]
): string {
  const table = entries.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0n;
  const address = table + index;
  const home = segments.find(
    (each) =>
      each.type === PT_LOAD &&
      address >= each.address &&
      address < each.address + BigInt(each.size),
  );
  if (home === undefined) return "";
  const MAX_STRING = 4_096;
  const bytes = readAt(file, home.offset + Number(address - home.address), MAX_STRING);
  return bytes.toString("utf8", 0, bytes.indexOf(0));
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}
