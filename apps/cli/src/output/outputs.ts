import type { WriteStream } from "node:tty";

/** The program's two outputs. Each is made when it is first written to, because that takes a while. */
export class Outputs {
  readonly #made = new Map<"stdout" | "stderr", WriteStream>();

  stdout(): WriteStream {
    return this.#get("stdout");
  }

  stderr(): WriteStream {
    return this.#get("stderr");
  }

  /** Resolves when what was written to pipes is in them, or their readers are gone. */
  async flushed(): Promise<void> {
    for (const output of this.#made.values()) {
      if (output.destroyed || output.writableLength === 0) continue;
      await new Promise<void>((resolve) => {
        output.once("close", () => resolve());
        output.write("", () => resolve());
      });
    }
  }

  #get(name: "stdout" | "stderr"): WriteStream {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const output = process[name];
    output.on("error", endQuietly);
    this.#made.set(name, output);
    return output;
  }
}

/** A reader that went away, as in `gantry logs | head`, is no fault: the text goes nowhere from then on. */
function endQuietly(error: Error): void {
  if (!("code" in error) || error.code !== "EPIPE") process.exit(1);
}
