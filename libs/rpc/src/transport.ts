/** Carries whole text messages both ways, in order. */
export interface Transport extends AsyncDisposable {
  /** Resolves when the message has been handed on; waits while the other side is slow. Rejects once closed. */
  send(message: string): Promise<void>;
  /** Takes the one listener for incoming messages. Messages that came before are delivered to it first. */
  listen(onMessage: (message: string) => void): void;
  /** Stops reading, or goes on: a sender that heeds no flow control is slowed down by its own buffers. */
  hold?(isHolding: boolean): void;
  /** Settles with the reason when the connection is over, however it ended. Never rejects. */
  readonly closed: Promise<string>;
}

/** Default bound on one message, both ways. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
