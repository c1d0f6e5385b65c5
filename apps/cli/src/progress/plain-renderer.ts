import type { LoggedEvent } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import type { World } from "../world.ts";
import { permanentLines } from "./permanent-lines.ts";
import { foldEvent, NOTHING_YET, type ProgressState } from "./progress-state.ts";
import type { Renderer, RendererOptions } from "./renderer.ts";
import { paintFor, type Paint } from "./theme.ts";
import { write } from "./write.ts";

/** Lines that only ever grow at the end. */
export class PlainRenderer implements Renderer {
  readonly #world: World;
  readonly #options: RendererOptions;
  readonly #paint: Paint;
  #state: ProgressState = NOTHING_YET;

  constructor(world: World, options: RendererOptions) {
    this.#world = world;
    this.#options = options;
    this.#paint = paintFor(world.stderr, world.env);
  }

  async add(logged: LoggedEvent): Promise<void> {
    const before = this.#state;
    this.#state = foldEvent(before, logged);
    const { event, phase } = logged;
    const { stdout, stderr } = this.#world;
    if (event.kind === "log") {
      const isResult = phase === "run" && event.stream === "stdout" && !this.#options.isJson;
      await write(isResult ? stdout : stderr, this.#log(event.text, phase));
      return;
    }
    const lines = [...startLines(logged), ...permanentLines(logged, before, this.#paint)];
    await write(stderr, lines.map((line) => `${line}\n`).join(""));
  }

  say(text: string): void {
    this.#world.stderr.write(`${text}\n`);
  }

  [Symbol.dispose](): void {
    this.#state = NOTHING_YET;
  }

  #log(text: string, phase: LoggedEvent["phase"]): string {
    const clean = cleanText(text);
    if (phase === "run") return clean;
    const lines = clean.replace(/\n$/, "").split("\n");
    return lines.map((line) => `  | ${line}\n`).join("");
  }
}

function startLines({ event }: LoggedEvent): string[] {
  if (event.kind !== "step" || event.state !== "started") return [];
  const reason = event.reason === undefined ? "" : ` (${cleanText(event.reason)})`;
  return [`> ${cleanText(event.title)}${reason}`];
}
