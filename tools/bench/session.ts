import { writeFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { MissingEngineError, reasonOf } from "./errors.ts";
import type { Gap, Line } from "./line.ts";
import { describeMachine } from "./machine.ts";
import { type Options, readOptions, ROOT } from "./options.ts";
import type { Row } from "./row.ts";
import { renderTable } from "./table.ts";
import { World } from "./world.ts";

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** The programs that are measured run on this very Node. */
function environment(): NodeJS.ProcessEnv {
  const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
  return { ...process.env, PATH: path };
}

/** Ctrl-C stops the measuring; what was started is stopped all the same. */
function watchInterrupts(): AbortSignal {
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => abort.abort());
  return abort.signal;
}

interface Results {
  readonly lines: Line[];
  readonly gaps: Gap[];
}

async function measureAll(world: World, rows: readonly Row[]): Promise<Results> {
  const results: Results = { lines: [], gaps: [] };
  for (const { what, measure } of rows) {
    world.signal.throwIfAborted();
    say(what);
    try {
      results.lines.push(...(await measure(world)));
    } catch (error) {
      world.signal.throwIfAborted();
      const isFailure = !(error instanceof MissingEngineError);
      results.gaps.push({ what, reason: reasonOf(error), isFailure });
    }
  }
  return results;
}

async function run({ rows, json, ...options }: Options): Promise<number> {
  const signal = watchInterrupts();
  const root = ROOT;
  await using world = await World.open({
    ...options,
    root,
    env: environment(),
    signal,
    report: say,
  });
  const { lines, gaps } = await measureAll(world, rows);
  const machine = await describeMachine(world);
  process.stdout.write(`${machine}\n\n${renderTable(lines, gaps)}`);
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ machine, lines, gaps }, undefined, 2)}\n`);
  return gaps.some(({ isFailure }) => isFailure) ? 1 : 0;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options !== "string") return run(options);
  process.stderr.write(`${options}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`Error: ${reasonOf(error)}\n`);
  return 1;
});
