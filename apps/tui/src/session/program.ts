import type { Effect, ShellEffect } from "../state/effect.ts";
import type { Message } from "../state/message.ts";
import type { State } from "../state/state.ts";
import { update } from "../update/update.ts";
import type { SessionEffect } from "./session.ts";

/** What the terminal and the daemons do for the program. */
export interface Surroundings {
  /** For the session of the effect's context. */
  run(effect: SessionEffect): void;
  copy(text: string): void;
  changeTheme(name: string): void;
  shell(effect: ShellEffect): void;
  quit(): void;
}

/** The running program: its state, changed by messages alone, and who wants to know of changes. */
export class Program {
  #state: State;
  readonly #surroundings: Surroundings;
  readonly #listeners = new Set<(message: Message) => void>();

  constructor(state: State, surroundings: Surroundings) {
    this.#state = state;
    this.#surroundings = surroundings;
  }

  readonly state = (): State => this.#state;

  /** Calls `listener` with each message that changed the state. Gives what ends that. */
  readonly subscribe = (listener: (message: Message) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly dispatch = (message: Message): void => {
    const { state, effects } = update(this.#state, message);
    const hasChanged = state !== this.#state;
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (hasChanged) for (const listener of this.#listeners) listener(message);
  };

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "copy":
        return this.#surroundings.copy(effect.text);
      case "theme":
        return this.#surroundings.changeTheme(effect.name);
      case "shell":
        return this.#surroundings.shell(effect);
      case "quit":
        return this.#surroundings.quit();
      default:
        return this.#surroundings.run(effect);
    }
  }
}
