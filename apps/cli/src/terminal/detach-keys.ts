const CTRL_P = 0x10;
const CTRL_Q = 0x11;

/** What was typed: bytes to pass on, and whether Ctrl-P Ctrl-Q was among them. */
export interface Typed {
  readonly data: Uint8Array;
  readonly isDetach: boolean;
}

/** Looks for Ctrl-P Ctrl-Q in what is typed. A Ctrl-P that something else follows is passed on with it. */
export class DetachKeys {
  #isArmed = false;

  read(bytes: Uint8Array): Typed {
    const passed: number[] = [];
    for (const byte of bytes) {
      if (this.#isArmed && byte === CTRL_Q)
        return { data: Uint8Array.from(passed), isDetach: true };
      if (this.#isArmed) passed.push(CTRL_P);
      this.#isArmed = byte === CTRL_P;
      if (!this.#isArmed) passed.push(byte);
    }
    return { data: Uint8Array.from(passed), isDetach: false };
  }
}
