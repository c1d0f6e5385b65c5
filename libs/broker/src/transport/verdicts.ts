import type { IncomingMessage } from "node:http";
import { Denied } from "../denied.ts";
import type { BrokerEntry, BrokerOwner } from "../request.ts";

/** Tells the audit of every call. */
export class Verdicts {
  readonly #owner: BrokerOwner;
  readonly #audit: (entry: BrokerEntry) => void;

  constructor(owner: BrokerOwner, audit: (entry: BrokerEntry) => void) {
    this.#owner = owner;
    this.#audit = audit;
  }

  /** Waits for a decision and writes it down, before anything of the call is carried out. */
  async of<Decision>(
    { method = "" }: IncomingMessage,
    path: string,
    decision: Promise<Decision>,
  ): Promise<Decision> {
    try {
      const decided = await decision;
      this.#tell({ method, path, verdict: "allowed" });
      return decided;
    } catch (error) {
      const reason =
        error instanceof Denied
          ? error.reason
          : "it could not be decided: the engine did not answer";
      this.#tell({ method, path, verdict: "denied", reason });
      throw error;
    }
  }

  /** A message that could not be read as a request. */
  unreadable(): void {
    const reason = "it is no well-formed request";
    this.#tell({ method: "", path: "(unreadable)", verdict: "denied", reason });
  }

  #tell(part: Pick<BrokerEntry, "method" | "path" | "verdict" | "reason">): void {
    const method = /^[A-Z]{1,20}$/.test(part.method) ? part.method : "-";
    const reason = part.reason === undefined ? {} : { reason: printable(part.reason) };
    this.#audit({ time: new Date().toISOString(), owner: this.#owner, ...part, ...reason, method });
  }
}

/** A reason may hold words of the client's, and is shown on terminals. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "?").slice(0, 500);
}
