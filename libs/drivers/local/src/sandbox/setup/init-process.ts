import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import { Duplex, type Readable, type Writable } from "node:stream";
import type { Exit } from "@gantry/process";
import { canceled, sandboxFailed } from "../../errors.ts";
import { type Message, Messages } from "./messages.ts";
import { HOST_PATH } from "../tools.ts";

const STDERR_KEPT = 4_096;
/** Script, messages and complaints of the set-up; then the process that becomes the program. */
const OWN_PIPES = 4;
const PAYLOAD = 3;
const OUTSIDE = 7;

/** Our ends. */
interface Pipes {
  readonly script: Writable;
  readonly messages: Readable;
  readonly complaints: Readable;
  readonly payload: Duplex;
  readonly outside: Duplex;
}

/**
 * Runs before the sandbox is made, in `sh -c`: a helper with this machine's programs, which it needs when nothing of
 * them is left inside. Ends when we close its pipe.
 */
export const WITH_HELPER = `{
  exec 0<&${OUTSIDE} 1>&${OUTSIDE} 2>&${OUTSIDE} 3>&- 4>&- 5>&- 6>&- ${OUTSIDE}>&-
  while read -r line; do eval "$line"; done
} &
exec ${OUTSIDE}>&-
`;

/** The process that becomes a sandbox: what it is told, what it says, how it ends. */
export class InitProcess {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
  /** What could not be done but does not stop the start. */
  readonly notices: string[] = [];
  readonly #setup: Messages;
  readonly #payload: Messages;
  readonly #outside: Messages;
  readonly #pipes: Pipes;
  #complaints = "";

  private constructor(process: ChildProcess, pipes: Pipes) {
    this.process = process;
    this.#pipes = pipes;
    const { script, messages, complaints, payload, outside } = pipes;
    this.#setup = new Messages(messages);
    this.#payload = new Messages(payload);
    this.#outside = new Messages(outside);
    complaints.on("data", (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString("utf8")).slice(-STDERR_KEPT);
    });
    for (const stream of [script, complaints]) stream.on("error", () => undefined);
    this.exit = new Promise((resolve) => {
      process.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  /** Starts `words`; the program's standard streams are `stdio`. */
  static async start(
    words: readonly string[],
    options: { readonly stdio: StdioOptions; readonly inherited: readonly number[] },
  ): Promise<InitProcess> {
    const [command = "", ...args] = words;
    const nothing = openSync("/dev/null", "r+");
    const child = spawn(command, args, {
      cwd: "/",
      env: { PATH: HOST_PATH, LC_ALL: "C", LIBMOUNT_FORCE_MOUNT2: "always" },
      stdio: [
        ...Array.from({ length: OWN_PIPES }, () => "pipe" as const),
        ...programStreams(options.stdio, nothing),
        "pipe",
        ...plugs(options.inherited, nothing),
      ],
      detached: true,
    });
    closeSync(nothing);
    await once(child, "spawn").catch((cause: unknown) => {
      throw sandboxFailed("start", String(cause));
    });
    child.on("error", () => undefined);
    return new InitProcess(child, pipesOf(child));
  }

  /** More of the set-up script. */
  tellSetup(script: string): void {
    this.#pipes.script.write(script);
  }

  /** More of the script of the process that becomes the program. */
  tellPayload(script: string): void {
    this.#pipes.payload.write(script);
  }

  /** One line of shell for the helper that stays outside of the sandbox; gives its answer's first word. */
  async askOutside(line: string, answer: string, signal: AbortSignal): Promise<void> {
    this.#pipes.outside.write(`${line} && echo ${answer}\n`);
    await this.#expect(this.#outside, [answer], signal);
  }

  /** The next message of the set-up, which must be one of `words`; throws when it failed. */
  expectSetup(words: readonly string[], signal: AbortSignal): Promise<Message> {
    return this.#expect(this.#setup, words, signal);
  }

  /** The next message of the process that becomes the program. */
  expectPayload(words: readonly string[], signal: AbortSignal): Promise<Message> {
    return this.#expect(this.#payload, words, signal);
  }

  async #expect(from: Messages, words: readonly string[], signal: AbortSignal): Promise<Message> {
    let message = await from.next();
    for (; message?.word === "notice"; message = await from.next()) this.notices.push(message.rest);
    if (message !== undefined && words.includes(message.word)) return message;
    if (signal.aborted) throw canceled("The start of a sandbox");
    if (message === undefined) {
      await this.exit;
      throw sandboxFailed(`before "${words.join('", "')}"`, this.#complaints);
    }
    if (message.word === "failed") throw sandboxFailed(message.rest, this.#complaints);
    throw sandboxFailed(words.join(" or "), `${message.word} ${message.rest}`);
  }

  /** Closes our ends of the set-up pipes; the program's own streams stay. */
  letGo(): void {
    for (const stream of Object.values(this.#pipes)) stream.destroy();
  }

  /** A pipe of the program that was asked for in `stdio`. */
  stream(index: 0 | 1 | 2): Readable | Writable | null {
    return this.process.stdio[OWN_PIPES + index] ?? null;
  }
}

function pipesOf(child: ChildProcess): Pipes {
  const { stdin, stdout, stderr } = child;
  const ends: readonly unknown[] = child.stdio;
  const payload = ends[PAYLOAD];
  const outside = ends[OUTSIDE];
  const areDuplex = payload instanceof Duplex && outside instanceof Duplex;
  if (stdin === null || stdout === null || stderr === null || !areDuplex) {
    throw sandboxFailed("start", "no pipes");
  }
  return { script: stdin, messages: stdout, complaints: stderr, payload, outside };
}

function programStreams(stdio: StdioOptions, nothing: number) {
  return [0, 1, 2].map((index) => {
    const one = Array.isArray(stdio) ? stdio[index] : stdio;
    if (one === "inherit") return index;
    return one === "ignore" ? nothing : one;
  });
}

/** Every descriptor that this process inherited becomes /dev/null. */
function plugs(inherited: readonly number[], nothing: number): ("ignore" | number)[] {
  const first = OUTSIDE + 1;
  const count = Math.max(first, ...inherited.map((fd) => fd + 1)) - first;
  return Array.from({ length: count }, (_, index) =>
    inherited.includes(index + first) ? nothing : "ignore",
  );
}
