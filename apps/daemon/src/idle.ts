/** Calls `onIdle` once nothing has been going on for a while. */
export class IdleWatch implements Disposable {
  readonly seconds: number;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly seconds: number;
    readonly isBusy: () => boolean;
    readonly onIdle: () => void;
  }) {
    this.seconds = options.seconds;
    this.#isBusy = options.isBusy;
    this.#onIdle = options.onIdle;
    this.touch();
  }

  /** Something went on: the waiting begins anew. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), this.seconds * 1000).unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    if (this.#isBusy()) this.touch();
    else this.#onIdle();
  }
}
