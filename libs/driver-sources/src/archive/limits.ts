/** What a driver package may be at most: far beyond any honest one, and no danger to a disk. */
export const LIMITS = {
  /** Bytes of an archive as it is fetched. */
  archiveBytes: 256 << 20,
  /** Bytes of all files. */
  contentBytes: 512 << 20,
  entries: 20_000,
  /** Folders in folders. */
  depth: 32,
  pathBytes: 1_024,
} as const;
