import assert from "node:assert/strict";
import type { RunOutcome } from "@gantry/reports";
import type { Driver } from "../../driver.ts";
import type { FileEntry, Run, RunEvent, RunFacet, RunSpec } from "../../run.ts";
import type { Case, CaseContext, Requirement } from "../case.ts";
import type { TestImage } from "../fixture.ts";
import { freshId } from "../fresh-id.ts";
import { OUTPUTS_DIR, type Program, toShellCommand } from "../program.ts";

/** A program as data, a script for the image's `sh`, or nothing in particular. */
type What = Program | string;

/** Starts, reads and clears away the runs of one case. */
export class RunBench {
  readonly facet: RunFacet;
  readonly image: TestImage;
  readonly signal: AbortSignal;
  readonly #context: CaseContext;

  constructor(context: CaseContext) {
    assert.ok(context.driver.run !== undefined && context.image !== undefined);
    this.facet = context.driver.run;
    this.image = context.image;
    this.signal = context.signal;
    this.#context = context;
  }

  /** A spec that asks for nothing special, with `part` over it. */
  spec(what: What, part: Partial<RunSpec> = {}): RunSpec {
    const { fixture } = this.#context;
    const toCommand = fixture.command?.bind(fixture) ?? toShellCommand;
    const spec: RunSpec = {
      id: freshId(),
      owner: "conformance",
      labels: {},
      image: this.image.ref,
      command: typeof what === "string" ? ["sh", "-c", what] : toCommand(what),
      environment: [],
      files: [],
      outputsDir: OUTPUTS_DIR,
      mounts: [],
      network: "default",
      privileged: false,
      capabilities: [],
      engineSocket: false,
      ...part,
    };
    return fixture.adapt?.(spec) ?? spec;
  }

  /** Starts a run that is removed when the case ends. */
  async start(what: What, part: Partial<RunSpec> = {}): Promise<Run> {
    const spec = this.spec(what, part);
    return this.own(await this.facet.start(spec, this.signal));
  }

  /** Starts a run, waits for its end and reads all of it. */
  async finish(what: What, part: Partial<RunSpec> = {}): Promise<Finished> {
    const run = await this.start(what, part);
    const outcome = await run.outcome(this.signal);
    return { run, outcome, ...(await this.text(run)), files: await this.outputs(run) };
  }

  /** Has `run` removed when the case ends. */
  own(run: Run): Run {
    this.#context.cleanup.defer(async () => {
      await run.remove(AbortSignal.timeout(20_000));
      await run[Symbol.asyncDispose]();
    });
    return run;
  }

  /** A second connection, let go when the case ends. */
  async connect(): Promise<Driver> {
    return this.#context.cleanup.use(await this.#context.fixture.connect());
  }

  async events(run: Run, cursor?: string): Promise<RunEvent[]> {
    return Array.fromAsync(run.events(cursor, this.signal));
  }

  async text(run: Run): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const events = await this.events(run);
    return { stdout: textOf(events, "stdout"), stderr: textOf(events, "stderr") };
  }

  /** The outputs by path, put together from their pieces. */
  async outputs(run: Run): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    let open: string | undefined;
    for await (const piece of run.outputs(this.signal)) {
      assert.ok(piece.data.length <= 1024 * 1024, `piece of ${piece.path} is over 1 MiB`);
      assert.ok(open === undefined || open === piece.path, `pieces of ${open} are torn apart`);
      assert.ok(open !== undefined || !files.has(piece.path), `${piece.path} comes twice`);
      files.set(piece.path, Buffer.concat([files.get(piece.path) ?? Buffer.alloc(0), piece.data]));
      open = piece.last ? undefined : piece.path;
    }
    assert.equal(open, undefined, "the last piece of the last file is missing");
    return files;
  }

  /** Asserts that nothing of the run is left and that the driver has forgotten it. */
  async assertGone(id: string): Promise<void> {
    assert.equal(
      await this.facet.recover(id, this.signal),
      undefined,
      "the run can still be found",
    );
    const { fixture } = this.#context;
    const left = fixture.leftovers === undefined ? [] : await fixture.leftovers(id);
    assert.deepEqual(left, [], "the run left something behind");
  }
}

export interface Finished {
  readonly run: Run;
  readonly outcome: RunOutcome;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** The text of one stream. */
export function textOf(events: readonly RunEvent[], stream: "stdout" | "stderr"): string {
  return events
    .map(({ event }) => (event.kind === "log" && event.stream === stream ? event.text : ""))
    .join("");
}

/** The exit code of a program that ended by itself or by a signal. */
export function exitCodeOf(outcome: RunOutcome): number {
  assert.equal(outcome.kind, "exited", `the run is ${JSON.stringify(outcome)}`);
  return outcome.kind === "exited" ? outcome.exitCode : -1;
}

/** A file of mode 0400 that replaces nothing. */
export function inputFile(path: string, content: string | Uint8Array): FileEntry {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { path, content: bytes, mode: 0o400, sensitive: false, existing: "refuse" };
}

/** Declares a case of the run facet. It needs the `program` unless it says what else. */
export function runCase(
  about: { readonly id: string; readonly title: string; readonly requires?: Requirement },
  check: (bench: RunBench) => Promise<void>,
): Case {
  const requires: Requirement = { needs: ["program"], ...about.requires, facet: "run" };
  return {
    id: about.id,
    title: about.title,
    requires,
    run: (context) => check(new RunBench(context)),
  };
}

/** What a case needs that runs a script of its own. */
export const SHELL: Requirement = { needs: ["program", "shell"] };
