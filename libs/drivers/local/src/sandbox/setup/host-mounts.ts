import { readFile } from "node:fs/promises";

/** One line of /proc/self/mountinfo, as far as a bind needs it. */
interface HostMount {
  readonly point: string;
  readonly options: readonly string[];
}

const LOCKED = ["nosuid", "nodev", "noexec"];

/** What this machine's mounts say about a path that is to be bound into a sandbox. */
export class HostMounts {
  readonly #mounts: readonly HostMount[];

  private constructor(mounts: readonly HostMount[]) {
    this.#mounts = mounts;
  }

  static async read(): Promise<HostMounts> {
    return HostMounts.parse(await readFile("/proc/self/mountinfo", "utf8"));
  }

  /** Reads text of the form of /proc/PID/mountinfo. */
  static parse(text: string): HostMounts {
    const mounts = text.split("\n").flatMap((line) => {
      const [, , , , point, options] = line.split(" ");
      return point && options ? [{ point: unescape(point), options: options.split(",") }] : [];
    });
    return new HostMounts(mounts);
  }

  /** Options of the mount that holds `path` and that the kernel insists on when it is bound again. */
  lockedOptions(path: string): string[] {
    const holding = this.#mounts.filter(({ point }) => isBelow(path, point));
    const nearest = holding.reduce<HostMount | undefined>(
      (best, each) => (best && best.point.length > each.point.length ? best : each),
      undefined,
    );
    return LOCKED.filter((option) => nearest?.options.includes(option));
  }

  /** Whether something is mounted below `path`. */
  hasMountsBelow(path: string): boolean {
    return this.#mounts.some(({ point }) => point !== path && isBelow(point, path));
  }
}

function isBelow(path: string, top: string): boolean {
  return top === "/" || path === top || path.startsWith(`${top}/`);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
