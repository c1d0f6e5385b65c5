import { type Binding, bind } from "@gantry/rpc";
import { DriverError } from "../errors.ts";
import type { Run } from "../run.ts";
import type { Terminal } from "../terminal.ts";
import { runTerminal, terminalResize, terminalWrite } from "./methods.ts";
import { lacking } from "./served.ts";

/** Bytes of output in one message. */
const PIECE_BYTES = 32 * 1024;

type FindRun = (id: string, signal: AbortSignal) => Promise<Run>;

/** The terminals of one connection: they end with their call, and so with the connection. */
export function serveTerminals(find: FindRun): Binding[] {
  const open = new Map<string, Terminal>();
  const known = (id: string): Terminal => {
    const terminal = open.get(id);
    if (terminal !== undefined) return terminal;
    throw new DriverError("not-found", `There is no terminal ${id}.`, {
      hint: "Its program has ended, or another connection opened it.",
    });
  };
  return [
    bind(runTerminal, async ({ id, terminal, command, environment, size }, { signal, report }) => {
      const run = await find(id, signal);
      if (run.terminal === undefined) throw lacking("terminal");
      if (open.has(terminal)) throw conflict(terminal);
      await using started = await run.terminal(
        { id: terminal, command, environment, size },
        signal,
      );
      open.set(terminal, started);
      try {
        await report({ started: true });
        for await (const bytes of started.output(signal)) {
          for (const data of pieces(bytes)) await report({ data });
        }
        return await started.outcome(signal);
      } finally {
        open.delete(terminal);
      }
    }),
    bind(terminalWrite, async ({ terminal, data }, { signal }) => {
      await known(terminal).write(Buffer.from(data, "base64"), signal);
      return {};
    }),
    bind(terminalResize, async ({ terminal, size }, { signal }) => {
      await known(terminal).resize(size, signal);
      return {};
    }),
  ];
}

function* pieces(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield Buffer.from(bytes.subarray(from, from + PIECE_BYTES)).toString("base64");
  }
}

function conflict(id: string): DriverError {
  return new DriverError("conflict", `There is a terminal ${id} already.`, {
    hint: "Give each terminal an id of its own.",
  });
}
