/** A call that is answered here and does not reach the engine. */
export class Denied extends Error {
  override readonly name = "Denied";
  /** Status of the answer. */
  readonly status: number;
  /** For the audit log, where it says more than the caller may know. */
  readonly reason: string;

  constructor(status: number, message: string, reason = message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The grant lacks something. `power` is in the words of a driver's manifest: `calls: exec`, `reach: privileged`. */
export function lacks(power: string, what: string): Denied {
  return new Denied(403, `${what} needs the engine power "${power}", which was not granted.`);
}

/** Nothing that could be granted allows it. */
export function refused(what: string): Denied {
  return new Denied(403, `${what} is not allowed through a brokered engine socket.`);
}

/** The request cannot be understood without doubt. */
export function unclear(what: string): Denied {
  return new Denied(400, `The request is refused: ${what}.`);
}

/** To its owner, what belongs to somebody else is not there. */
export function hidden(kind: string, ref: string): Denied {
  const message = kind === "image" ? `No such image: ${ref}` : `No such ${kind}: ${ref}`;
  return new Denied(404, message, `the ${kind} is not there, or is not the caller's`);
}
