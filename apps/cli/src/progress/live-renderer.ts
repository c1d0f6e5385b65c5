import type { LoggedEvent } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import type { World } from "../world.ts";
import { LiveScreen } from "./live-screen.ts";
import { liveRegion } from "./live-region.ts";
import { permanentLines } from "./permanent-lines.ts";
import { foldEvent, NOTHING_YET, type ProgressState } from "./progress-state.ts";
import type { Renderer, RendererOptions } from "./renderer.ts";
import { paintFor, type Paint } from "./theme.ts";

/** What ended scrolls away above; what runs is drawn again at the bottom. */
export class LiveRenderer implements Renderer {
  readonly #world: World;
  readonly #options: RendererOptions;
  readonly #paint: Paint;
  readonly #screen: LiveScreen;
  #state: ProgressState = NOTHING_YET;

  constructor(world: World, options: RendererOptions) {
    this.#world = world;
    this.#options = options;
    this.#paint = paintFor(world.stderr, world.env);
    this.#screen = new LiveScreen(world.stderr, ({ columns, rows }) =>
      liveRegion(this.#state, { columns, rows, now: Date.now(), paint: this.#paint }),
    );
  }

  async add(logged: LoggedEvent): Promise<void> {
    const before = this.#state;
    this.#state = foldEvent(before, logged);
    const { event, phase } = logged;
    const { stdout, stderr } = this.#world;
    if (event.kind === "log" && phase === "run") {
      const isResult = event.stream === "stdout" && !this.#options.isJson;
      const clean = cleanText(event.text);
      const text = clean.endsWith("\n") ? clean : `${clean}\n`;
      await this.#screen.above(isResult ? stdout : stderr, text);
      return;
    }
    const lines = permanentLines(logged, before, this.#paint);
    if (lines.length > 0) await this.#screen.above(stderr, `${lines.join("\n")}\n`);
  }

  say(text: string): void {
    void this.#screen.above(this.#world.stderr, `${text}\n`);
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
  }
}
