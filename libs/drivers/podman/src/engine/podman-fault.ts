/** A request that Podman answered with an error, in Podman's words. `errors.ts` says what it means. */
export class PodmanFault extends Error {
  override readonly name = "PodmanFault";
  /** Status of the answer; 200 for an error that came while an answer was under way. */
  readonly status: number;
  readonly complaint: string;

  constructor(doing: string, status: number, complaint: string) {
    super(complaint === "" ? `${doing} was answered with ${status}` : complaint);
    this.status = status;
    this.complaint = complaint;
  }
}

const MAX_CHARACTERS = 2_000;

/** The error that an answer's body tells of: Podman sends JSON, and what stands between may send text. */
export function faultOf(doing: string, status: number, body: string): PodmanFault {
  return new PodmanFault(doing, status, messageOf(body).trim().slice(-MAX_CHARACTERS));
}

function messageOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && "message" in value)
      return String(value.message);
  } catch {
    // No JSON: the text is the message.
  }
  return body;
}
