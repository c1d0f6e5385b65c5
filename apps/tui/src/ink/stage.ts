import type { Instance } from "ink";
import { MOUSE_OFF, MOUSE_ON } from "../keys/mouse.ts";
import type { Program } from "../session/program.ts";
import { Keyboard } from "./keyboard.ts";
import { mount } from "./mount.ts";

export interface StageOptions {
  readonly program: Program;
  /** The lines to draw; absent: keys are heard and nothing is drawn. */
  readonly paint: (() => readonly string[]) | undefined;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Hears when the drawing ended by itself, as a defect does it. */
  readonly onFailed: (error: unknown) => void;
}

/** The terminal while it is ours. Disposing it gives it back as it was. */
export class Stage implements AsyncDisposable {
  readonly #options: StageOptions;
  #keyboard: Keyboard | undefined;
  #hold: Disposable | undefined;
  #ink: Pick<Instance, "unmount" | "waitUntilExit"> | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#open();
  }

  /** Whether somebody else has the terminal for a while. */
  get isAside(): boolean {
    return this.#ink === undefined;
  }

  /** Gives the terminal to `work`, then takes it back and draws everything anew. */
  async aside(work: () => Promise<void>): Promise<void> {
    if (this.isAside) return;
    await this.#close();
    try {
      await work();
    } finally {
      this.#open();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  #open(): void {
    const { program, paint, onFailed } = this.#options;
    this.#hold = takeTerminal(this.#options);
    const keyboard = new Keyboard(this.#options.stdin, program.dispatch);
    this.#keyboard = keyboard;
    const ink = mount(program, paint, { ...this.#options, stdin: keyboard.stream });
    this.#ink = ink;
    ink.waitUntilExit().catch(onFailed);
  }

  async #close(): Promise<void> {
    const ink = this.#ink;
    this.#ink = undefined;
    ink?.unmount();
    await ink?.waitUntilExit().catch(() => undefined);
    this.#hold?.[Symbol.dispose]();
    this.#hold = undefined;
    this.#keyboard?.[Symbol.dispose]();
    this.#keyboard = undefined;
  }
}

/** The other screen, from its corner on: a terminal that changes over leaves the cursor where it was. */
const OTHER_SCREEN = "\u001b[?1049h\u001b[H";

/** What is typed is echoed no more, and the mouse is heard; both are given back when the program ends, however it ends. */
function takeTerminal({ stdin, stdout, paint }: StageOptions): Disposable {
  stdin.setRawMode(true);
  if (paint === undefined) return { [Symbol.dispose]: () => stdin.setRawMode(false) };
  const giveBack = (): void => void stdout.write(MOUSE_OFF);
  stdout.write(OTHER_SCREEN + MOUSE_ON);
  process.on("exit", giveBack);
  return {
    [Symbol.dispose]: () => {
      process.off("exit", giveBack);
      giveBack();
      stdin.setRawMode(false);
    },
  };
}
