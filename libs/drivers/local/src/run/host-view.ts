import { readFile } from "node:fs/promises";

/** A directory or file of this machine that a process sees. */
export interface HostMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

interface Line {
  readonly device: string;
  /** Path of what is mounted in its own file system. */
  readonly root: string;
  readonly point: string;
  readonly readOnly: boolean;
}

/** What every sandbox has: its own root, and parts of the machine that hold nothing of anybody's. */
const STANDARD = /^\/$|^\/(proc|sys|dev)(\/|$)|^\/etc\/(hosts|hostname|resolv\.conf)$/;

/** The mounts of process `pid` that show something of this machine. File systems that only it has are its own. */
export async function hostMounts(pid: number): Promise<HostMount[]> {
  const [theirs, ours] = await Promise.all([linesOf(pid), linesOf("self")]);
  const known = new Set(ours.map(({ device }) => device));
  return theirs
    .filter(({ device, point }) => known.has(device) && !STANDARD.test(point))
    .map(({ device, root, point, readOnly }) => ({
      source: pathHere(ours, device, root),
      target: point,
      readOnly,
    }));
}

async function linesOf(pid: number | "self"): Promise<Line[]> {
  const text = await readFile(`/proc/${pid}/mountinfo`, "utf8");
  return text.split("\n").flatMap((line) => {
    const [, , device, root, point, options] = line.split(" ");
    if (!device || !root || !point || !options) return [];
    const readOnly = options.split(",").includes("ro");
    return [{ device, root: unescape(root), point: unescape(point), readOnly }];
  });
}

/** Where we see what is `root` in the file system of `device`. */
function pathHere(ours: readonly Line[], device: string, root: string): string {
  const holding = ours
    .filter((line) => line.device === device && isBelow(root, line.root))
    .toSorted((a, b) => b.root.length - a.root.length)[0];
  if (holding === undefined) return root;
  const rest = holding.root === "/" ? root : root.slice(holding.root.length);
  return `${holding.point === "/" ? "" : holding.point}${rest}` || "/";
}

function isBelow(path: string, top: string): boolean {
  return top === "/" || path === top || path.startsWith(`${top}/`);
}

/** Blanks and the like are written as octal numbers. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
