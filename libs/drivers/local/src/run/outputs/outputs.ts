import type { OutputPiece } from "@gantry/driver-api";
import type { SandboxHost } from "../../sandbox/host.ts";
import { type IdMapping, insideId } from "../../sandbox/ids/mapping.ts";
import { findFiles, type FoundFile, openFound, pieces, Unreadable } from "./output-files.ts";
import { readMapped } from "./outputs-process.ts";

/** At most this much of a file in one piece. */
export const PIECE_BYTES = 1024 * 1024;

/** The directory of a run's outputs, and whom its program ran as. */
export interface OutputsOf {
  readonly top: string;
  readonly user: Owner;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The regular files of a run, with owners as the sandbox sees them. */
export async function* readOutputs(
  host: SandboxHost,
  { top, user }: OutputsOf,
  signal: AbortSignal,
): AsyncGenerator<OutputPiece> {
  const { mapping } = host;
  // With one id, whatever is there belongs to the program.
  const ownerOf = (file: Owner): Owner =>
    mapping.kind === "single" ? user : ownerInside(mapping, file);
  const found = await findFiles(top).catch((error: unknown) => {
    if (error instanceof Unreadable) return undefined;
    throw error;
  });
  if (found === undefined) {
    // Another id of the sandbox closed them to us; as its root they can be read.
    for await (const piece of readMapped(host, top, signal)) {
      yield mapping.kind === "single" ? { ...piece, ...user } : piece;
    }
    return;
  }
  for (const file of found) {
    for await (const piece of readFound(top, file)) {
      signal.throwIfAborted();
      yield { ...piece, ...ownerOf(file) };
    }
  }
}

/** One file in pieces; nothing when it is gone. */
export async function* readFound(top: string, file: FoundFile): AsyncGenerator<OutputPiece> {
  const opened = await openFound(top, file.path);
  if (opened === undefined) return;
  await using held = opened;
  for await (const piece of pieces(held, PIECE_BYTES)) yield { ...file, ...piece };
}

function ownerInside(mapping: IdMapping, file: Owner): Owner {
  return { uid: insideId(mapping.uids, file.uid) ?? 0, gid: insideId(mapping.gids, file.gid) ?? 0 };
}
