import type { Client } from "@gantry/client";
import { Stage } from "./ink/stage.ts";
import { NOTHING_TOLD, speak } from "./ink/speech.ts";
import { Program } from "./session/program.ts";
import { type ConnectChoice, Session } from "./session/session.ts";
import { screenOf, startState, type State } from "./state/state.ts";
import { detectTheme } from "./theme/detect.ts";
import { type Theme, themeOf } from "./theme/theme.ts";
import { frameLines } from "./view/frame-view.ts";

export interface TuiOptions {
  /** The daemons, the first one on the screen. */
  readonly contexts: readonly { readonly name: string; readonly home: string }[];
  /** Connects to the daemon of a home. Rejects with `DaemonError`. */
  connect(home: string, choice: ConnectChoice): Promise<Client>;
  /** Runs a command of the program on the terminal, which is free meanwhile; returns once it is left. `words`: `shell demo --image`. */
  shell(home: string, words: readonly string[]): Promise<void>;
  readonly cwd: string;
  /** A porter.yaml of the directory, if there is one. */
  readonly manifest?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** `dark`, `light` or `none`; absent: found out. */
  readonly theme?: string;
  /** Plain lines that only ever grow at the end. */
  readonly isSpoken: boolean;
}

/** Shows the terminal UI until the user leaves it; gives the exit code. The terminal is as before then, whatever happened. */
export async function startTui(options: TuiOptions): Promise<number> {
  const { stdout, isSpoken } = options;
  await using stack = new AsyncDisposableStack();
  let theme = themeOf(detectTheme(options.env, options.theme));
  const left = Promise.withResolvers<number>();
  const sessions: Session[] = [];
  let stage: Stage | undefined;
  const program = new Program(firstState(options), {
    run: (effect) => sessions[effect.context]?.run(effect),
    copy: (text) => void stdout.write(clipboard(text)),
    changeTheme: (name) => {
      theme = themeOf(detectTheme(options.env, name));
    },
    shell: ({ context, words }) => {
      const home = options.contexts[context]?.home ?? "";
      stage
        ?.aside(() => options.shell(home, words))
        .then(() => program.dispatch({ kind: "returned", context }))
        .catch(left.reject);
    },
    quit: () => left.resolve(0),
  });
  for (const [context, { home }] of options.contexts.entries()) {
    const connect = (choice: ConnectChoice): Promise<Client> => options.connect(home, choice);
    sessions.push(stack.use(new Session({ context, connect, dispatch: program.dispatch })));
  }
  stack.use(keepTime(program));
  stack.use(watchSize(program, stdout));
  const drawn = isSpoken ? undefined : () => paint(program.state(), theme);
  stage = new Stage({ ...options, program, paint: drawn, onFailed: left.reject });
  stack.use(stage);
  if (isSpoken) stack.use(speakChanges(program, stdout));
  const isAside = (): boolean => stage?.isAside === true;
  stack.use(
    heedSignals((exitCode, signal) => {
      // Ctrl-C belongs to the shell while it has the terminal.
      if (signal !== "SIGINT" || !isAside()) left.resolve(exitCode);
    }),
  );
  stack.use(catchDefects(left.reject));
  return await left.promise;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal leaves the screen in order, with the exit code that shells know it by. */
function heedSignals(leave: (exitCode: number, signal: string) => void): Disposable {
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const listener = (): void => leave(exitCode, signal);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return { [Symbol.dispose]: () => listeners.forEach((stop) => stop()) };
}

/** A defect anywhere ends the program in order: the terminal is given back before anything is said of it. */
function catchDefects(fail: (error: unknown) => void): Disposable {
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  return {
    [Symbol.dispose]: () => {
      process.off("uncaughtException", fail);
      process.off("unhandledRejection", fail);
    },
  };
}

function firstState({ contexts, cwd, manifest, stdout }: TuiOptions): State {
  const { columns, rows } = sizeOf(stdout);
  const state = startState({ contexts, cwd, columns, rows, now: Date.now() });
  return manifest === undefined ? state : { ...state, manifest };
}

/** A terminal that does not tell its size is taken for the smallest common one. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

function paint(state: State, theme: Theme): readonly string[] {
  return frameLines(state, theme.marks).map(theme.paint);
}

/** Puts text into the clipboard of the terminal, also of one that is far away. */
function clipboard(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;
}

/** Milliseconds between two looks at the clock: while something turns on the screen, and else. */
const TURNING_MS = 125;
const RESTING_MS = 1_000;

function keepTime(program: Program): Disposable {
  let last = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    const isDue = now - last >= RESTING_MS - TURNING_MS / 2;
    if (!isDue && !isTurning(program.state())) return;
    last = now;
    program.dispatch({ kind: "tick", now });
  }, TURNING_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function isTurning(state: State): boolean {
  const screen = screenOf(state);
  if (screen.kind !== "operation" || screen.picture.outcome !== undefined) return false;
  return screen.picture.items.some((item) => item.kind === "step" && item.state === "running");
}

function watchSize(program: Program, stdout: NodeJS.WriteStream): Disposable {
  const tell = (): void => {
    const { columns, rows } = sizeOf(stdout);
    program.dispatch({ kind: "resized", columns, rows });
  };
  // Before Ink hears of it, so that it draws lines of the new size.
  stdout.prependListener("resize", tell);
  return { [Symbol.dispose]: () => stdout.off("resize", tell) };
}

function speakChanges(program: Program, stdout: NodeJS.WriteStream): Disposable {
  let told = NOTHING_TOLD;
  const tell = (): void => {
    const next = speak(program.state(), told);
    told = next.told;
    if (next.said.length > 0) stdout.write(next.said.map((text) => `${text}\r\n`).join(""));
  };
  tell();
  return { [Symbol.dispose]: program.subscribe(tell) };
}
