/** One thing that a test program does. Steps are carried out in order; a program without `exit` ends with 0. */
export type ProgramStep =
  | { readonly print: string; readonly to?: "stdout" | "stderr" }
  /** Prints `count` lines `<prefix>1`, `<prefix>2`, … */
  | { readonly lines: number; readonly prefix: string; readonly to?: "stdout" | "stderr" }
  | { readonly sleepMs: number }
  /** Writes a file below the outputs directory. */
  | { readonly write: string; readonly text: string }
  /** What SIGTERM does from here on: nothing, or print a line and exit. */
  | { readonly onTerm: "ignore" | { readonly print: string; readonly exit: number } }
  | { readonly exit: number };

/** A program that every driver can carry out, also one that runs no shell. */
export type Program = readonly ProgramStep[];

/** Where a test program leaves its outputs. */
export const OUTPUTS_DIR = "/cnab/app/outputs";

/** `program` as the arguments of a POSIX shell: the default of `DriverFixture.command`. */
export function toShellCommand(program: Program): readonly string[] {
  return ["sh", "-c", program.map(toShellLine).join("\n")];
}

function toShellLine(step: ProgramStep): string {
  if ("print" in step) return `printf %s ${quote(step.print)}${redirection(step.to)}`;
  if ("lines" in step) return countingLoop(step.lines, step.prefix) + redirection(step.to);
  if ("sleepMs" in step) return waitLoop(step.sleepMs);
  if ("write" in step) return writeFile(`${OUTPUTS_DIR}/${step.write}`, step.text);
  if ("exit" in step) return `exit ${step.exit}`;
  if (step.onTerm === "ignore") return "trap '' TERM";
  return `trap ${quote(`printf %s ${quote(step.onTerm.print)}; exit ${step.onTerm.exit}`)} TERM`;
}

/** `text` as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function redirection(to: "stdout" | "stderr" | undefined): string {
  return to === "stderr" ? " >&2" : "";
}

function countingLoop(count: number, prefix: string): string {
  return `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); printf '%s%s\\n' ${quote(prefix)} $i; done`;
}

/** A shell runs its traps between two commands only, so that one long sleep would hold them up. */
function waitLoop(ms: number): string {
  const naps = Math.max(1, Math.ceil(ms / 100));
  return `n=0; while [ $n -lt ${naps} ]; do n=$((n+1)); sleep 0.1; done`;
}

function writeFile(path: string, text: string): string {
  const dir = path.slice(0, path.lastIndexOf("/"));
  return `mkdir -p ${quote(dir)} && printf %s ${quote(text)} > ${quote(path)}`;
}
