/** An engine that cannot be had on this machine. `message` is the reason shown to whoever runs the tests. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";
}

/** A command that this tool ran ended badly. `output` is the end of what it printed. */
export class ToolFailedError extends Error {
  override readonly name = "ToolFailedError";
  readonly output: string;

  constructor(command: string, outcome: string, output: string) {
    super(`${command} ${outcome}${output === "" ? "" : `:\n${output}`}`);
    this.output = output;
  }
}

/** `GANTRY_REQUIRE_ENGINES=1` is set and an engine is missing. */
export class EnginesRequiredError extends Error {
  override readonly name = "EnginesRequiredError";

  constructor(reasons: Readonly<Record<string, string>>) {
    const lines = Object.entries(reasons).map(([name, reason]) => `  ${name}: ${reason}`);
    super(
      `GANTRY_REQUIRE_ENGINES=1, and these engines are missing:\n${lines.join("\n")}\n` +
        "Run `node tools/engines/main.ts doctor` to see what each of them needs.",
    );
  }
}

/** The text of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
