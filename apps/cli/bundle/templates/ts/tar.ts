/** As much of tar as the engine's archives need. */

const BLOCK = 512;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface NewEntry extends Owner {
  /** Relative; ends with a slash for a directory. */
  readonly path: string;
  readonly mode: number;
  readonly size: number;
}

/** The header of an entry; `padding(size)` goes behind its bytes. */
export function header(entry: NewEntry): Buffer {
  const name = Buffer.from(entry.path);
  if (name.length <= 100) return block(entry, entry.path.endsWith("/") ? "5" : "0");
  // GNU's way for long names: an entry of its own that holds the name of the next one.
  const link = { ...entry, path: "././@LongLink", size: name.length + 1 };
  const rest = Buffer.alloc(Math.ceil((name.length + 1) / BLOCK) * BLOCK);
  name.copy(rest);
  const short = { ...entry, path: name.subarray(0, 90).toString("latin1") };
  return Buffer.concat([
    block(link, "L"),
    rest,
    block(short, entry.path.endsWith("/") ? "5" : "0"),
  ]);
}

export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** What ends an archive. */
export const END = Buffer.alloc(2 * BLOCK);

function block({ path, mode, uid, gid, size }: NewEntry, type: string): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number): unknown =>
    bytes.write(value.toString(8).padStart(width - 1, "0"), at);
  bytes.write(path, 0, 100);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write(`        ${type}`, 148);
  bytes.write("ustar\u000000", 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

export interface Entry extends Owner {
  readonly path: string;
  /** `0` is a file, `1` a further name of one, `5` a directory; all else is neither. */
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  /** The next bytes of it, at most `most`; none at its end. */
  read(most: number): Promise<Buffer>;
}

/** The entries of an archive, one after the other; what is not read of one is passed over. */
export async function* entriesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const bytes = new Bytes(source);
  let longName: string | undefined;
  for (;;) {
    const head = await bytes.take(BLOCK);
    if (head.length < BLOCK || head.every((byte) => byte === 0)) return;
    const size = number(head, 124, 12);
    const type = text(head, 156, 1) || "0";
    if (type === "L" || type === "x") {
      const about = (await bytes.take(size)).toString("utf8");
      await bytes.take(padding(size).length);
      longName = (type === "L" ? about.replace(/\0.*$/s, "") : paxPath(about)) ?? longName;
      continue;
    }
    let left = size;
    const prefix = text(head, 345, 155);
    yield {
      path: longName ?? (prefix === "" ? text(head, 0, 100) : `${prefix}/${text(head, 0, 100)}`),
      type,
      mode: number(head, 100, 8) & 0o7777,
      uid: number(head, 108, 8),
      gid: number(head, 116, 8),
      size,
      async read(most) {
        const piece = await bytes.take(Math.min(left, most));
        left -= piece.length;
        return piece;
      },
    };
    longName = undefined;
    while (left > 0) left -= (await bytes.take(Math.min(left, 65_536))).length || left;
    await bytes.take(padding(size).length);
  }
}

function text(head: Buffer, at: number, width: number): string {
  const field = head.subarray(at, at + width);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? width : end).toString("utf8");
}

function number(head: Buffer, at: number, width: number): number {
  return Number.parseInt(text(head, at, width).trim() || "0", 8);
}

/** Records are `LENGTH path=NAME\n`, where the length counts bytes. */
function paxPath(about: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(about)?.[1];
}

/** Takes bytes out of a stream in the sizes that one wants. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes; fewer at the end of the stream. */
  async take(count: number): Promise<Buffer> {
    const pieces = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const next = await this.#source.next();
      if (next.done === true) break;
      pieces.push(next.value);
      length += next.value.length;
    }
    const all = pieces.length === 1 ? this.#held : Buffer.concat(pieces);
    this.#held = all.subarray(count);
    return all.subarray(0, count);
  }
}
