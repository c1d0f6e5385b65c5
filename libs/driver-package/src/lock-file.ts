import { isMap, LineCounter, parseDocument, stringify } from "yaml";
import { z } from "zod";
import { POWER_LISTS } from "./compare-powers.ts";
import { PackageError } from "./errors.ts";
import { DriverName } from "./manifest.ts";
import { Powers } from "./powers.ts";
import { Publisher } from "./publisher.ts";
import { SourceText } from "./source.ts";

/** The file's name, in a project and in a home. */
export const LOCK_FILE = "gantry.lock";

/** A digest of unpacked content, as `contentDigest` gives it. */
export const Sha512 = z
  .string()
  .regex(/^sha512-[A-Za-z0-9+/]{86}==$/, "expected sha512- and 88 characters of base64");

/** One driver, pinned. */
export const LockedDriver = z
  .strictObject({
    version: z.string().min(1).max(64),
    source: SourceText,
    /** Of the unpacked content. Absent for a linked directory, which may change. */
    sha512: Sha512.exactOptional(),
    publisher: Publisher,
    /** Version of the driver protocol that it is spoken to with. */
    protocol: z.int().positive(),
    /** What the operator allows it; whatever is not named is denied. */
    granted: Powers.prefault({}),
  })
  .superRefine(({ source, sha512 }, context) => {
    if (source.startsWith("link:") === (sha512 === undefined)) return;
    const message = "expected a sha512 for everything but a link, and none for a link";
    context.addIssue({ code: "custom", path: ["sha512"], message });
  });
export type LockedDriver = z.infer<typeof LockedDriver>;

const LockFile = z.strictObject({
  lockVersion: z.literal(1),
  drivers: z.record(DriverName, LockedDriver),
});

/** The drivers of a lock file by their names. */
export type LockedDrivers = Readonly<Record<string, LockedDriver>>;

const HEADER = `# The drivers that are used here: what they are, where they come from, and what they may do.
# Written by \`gantry drivers\`; commit it with a project. \`gantry drivers install --frozen\` installs exactly this.
`;

/** Reads a lock file; `path` is for messages. Throws `lock-invalid` with the position. */
export function parseLock(text: string, path: string): LockedDrivers {
  if (text.length > MOST_CHARACTERS) throw invalid({ path }, "it is larger than 4 MiB");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined)
    throw invalid({ path, ...position(lines, broken.pos[0]) }, broken.message);
  const parsed = LockFile.safeParse(toPlain(document, path));
  if (parsed.success) return parsed.data.drivers;
  const [issue] = parsed.error.issues;
  const keys = (issue?.path ?? []).map(String);
  const at = keys.findLast((_, index) => document.hasIn(keys.slice(0, index + 1)));
  const depth = at === undefined ? 0 : keys.lastIndexOf(at) + 1;
  const place = { path, ...positionOf(document, keys.slice(0, depth), lines) };
  throw invalid(place, `${keys.length === 0 ? "" : `${keys.join(".")}: `}${issue?.message ?? ""}`);
}

/** Writes a lock file: names and lists sorted, nothing that has no meaning, so that changes show as such. */
export function formatLock(drivers: LockedDrivers): string {
  const sorted = Object.entries(drivers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const data = {
    lockVersion: 1,
    drivers: Object.fromEntries(sorted.map(([name, driver]) => [name, toData(driver)])),
  };
  return HEADER + stringify(data, { lineWidth: 0 });
}

/** Aliases are refused: a reviewer sees what is written, not what it stands for. */
function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw invalid({ path }, error instanceof Error ? error.message : "not data");
  }
}

function toData({ version, source, sha512, publisher, protocol, granted }: LockedDriver) {
  return {
    version,
    source,
    ...(sha512 === undefined ? {} : { sha512 }),
    publisher,
    protocol,
    granted: sparse(granted),
  };
}

/** Powers without what is empty, each list sorted: equal powers give equal data. */
export function sparse(powers: Powers): Record<string, unknown> {
  const lists = POWER_LISTS.filter((kind) => powers[kind].length > 0).map(
    (kind) => [kind, [...new Set(powers[kind])].toSorted()] as const,
  );
  const { engine } = powers;
  if (engine === undefined) return Object.fromEntries(lists);
  const reach = engine.reach.length === 0 ? {} : { reach: engine.reach.toSorted() };
  const api = engine.api === undefined ? {} : { api: engine.api };
  const sorted = { ...api, calls: engine.calls.toSorted(), ...reach };
  return { engine: sorted, ...Object.fromEntries(lists) };
}

const MOST_CHARACTERS = 4 << 20;

type Document = ReturnType<typeof parseDocument>;
interface Place {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

function positionOf(document: Document, keys: readonly string[], lines: LineCounter) {
  const parent: unknown = keys.length === 0 ? undefined : document.getIn(keys.slice(0, -1), true);
  const key = isMap(parent)
    ? parent.items.find((pair) => String(pair.key) === keys.at(-1))?.key
    : undefined;
  const range: unknown =
    typeof key === "object" && key !== null && "range" in key ? key.range : [0];
  return position(lines, Array.isArray(range) ? Number(range[0]) : 0);
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function invalid(place: Place, message: string): PackageError {
  return new PackageError("lock-invalid", `${place.path} is no lock file of drivers: ${message}.`, {
    hint: "Take it back from version control, or delete it and install the drivers again.",
    place,
  });
}
