import type { Client } from "@gantry/client";
import { UsageError } from "../command-line/usage-error.ts";
import { type TerminalSize, terminalSize, type World } from "../world.ts";
import { write } from "../progress/write.ts";
import { DetachKeys } from "./detach-keys.ts";

/** How the look at a terminal ended: with its program, or because the user let go. */
export type Ending = { readonly exitCode: number } | "detached";

/** Ends what the program may have asked of the terminal: colours, a hidden cursor, the other screen, the mouse, marked pastes, keys of its own. */
const AS_BEFORE =
  "\u001b[0m\u001b[?25h\u001b[?1047l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?1l\u001b>";

/** The size of the user's terminal. */
export function sizeOf({ stdout }: World): TerminalSize {
  return terminalSize(stdout);
}

/** Throws `UsageError` where nobody can type. */
export function requireTerminal({ stdin, stdout }: World): void {
  if (stdin.isTTY === true && stdout.isTTY === true) return;
  throw new UsageError("gantry shell needs a terminal on stdin and stdout.", {
    hint: "Run it without pipes; `gantry logs` shows what a run printed.",
  });
}

/** Ties the user's terminal to one that the daemon holds, until its program ends or Ctrl-P Ctrl-Q is typed. */
export async function attach(world: World, client: Client, terminalId: string): Promise<Ending> {
  const detached = new AbortController();
  using typing = startTyping(world, client, { terminalId, detached });
  using _ = followSize(world, client, terminalId);
  const { signal } = detached;
  try {
    const call = client.call("terminal.attach", { terminalId }, { signal });
    for await (const { data } of call) await write(world.stdout, Buffer.from(data, "base64"));
    return await call.result;
  } catch (error) {
    await typing.sent;
    if (!signal.aborted) throw error;
    await write(world.stdout, AS_BEFORE);
    return "detached";
  }
}

interface Typing extends Disposable {
  /** Settles once what was typed so far has been passed on. */
  readonly sent: Promise<unknown>;
}

function startTyping(
  { stdin }: World,
  client: Client,
  at: { readonly terminalId: string; readonly detached: AbortController },
): Typing {
  const keys = new DetachKeys();
  let sent: Promise<unknown> = Promise.resolve();
  const onData = (bytes: Buffer): void => {
    const { data, isDetach } = keys.read(bytes);
    const text = Buffer.from(data).toString("base64");
    const params = { terminalId: at.terminalId, data: text };
    if (data.length > 0) sent = client.request("terminal.write", params).catch(() => undefined);
    if (isDetach) at.detached.abort();
  };
  stdin.setRawMode?.(true);
  stdin.on("data", onData);
  return {
    get sent() {
      return sent;
    },
    [Symbol.dispose]() {
      stdin.off("data", onData);
      stdin.setRawMode?.(false);
      stdin.pause();
    },
  };
}

function followSize(world: World, client: Client, terminalId: string): Disposable {
  const { stdout } = world;
  const tell = (): void => {
    client.request("terminal.resize", { terminalId, size: sizeOf(world) }).catch(() => undefined);
  };
  tell();
  stdout.on("resize", tell);
  return { [Symbol.dispose]: () => void stdout.off("resize", tell) };
}
