import { Fault } from "../fault.ts";

/** At most one operation works on an installation at a time. Leases live as long as the daemon; a restart takes them up again. */
export class InstallationLeases {
  readonly #held = new Map<string, string>();

  /** Throws `busy`, naming the operation that holds the installation. */
  take({
    namespace,
    name,
    operation,
  }: {
    namespace: string;
    name: string;
    operation: string;
  }): Disposable {
    const key = `${namespace}\n${name}`;
    const holder = this.#held.get(key);
    if (holder !== undefined) {
      throw new Fault("busy", `Installation ${name} is being worked on: ${holder}.`, {
        hint: "Wait for it to end, or cancel it with Ctrl-C where it was started.",
      });
    }
    this.#held.set(key, operation);
    return { [Symbol.dispose]: () => void this.#held.delete(key) };
  }
}
