import { z } from "zod";
import { isPlainText, PLAIN_TEXT } from "./plain-text.ts";

const Line = z.string().refine(isPlainText, PLAIN_TEXT);

/** Who signed, as a transparency log and a certificate authority vouch for it. */
export const Identity = z.strictObject({
  /** Who told the certificate authority: `https://token.actions...`, an accounts server. */
  issuer: Line.min(1).max(500),
  /** What stays the same from version to version: the source repository, or an e-mail address. */
  subject: Line.min(1).max(500),
});
export type Identity = z.infer<typeof Identity>;

/** Who answers for a driver. */
export const Publisher = z.strictObject({
  /** As the package says of itself; proves nothing. */
  name: Line.min(1).max(200),
  /** What could be verified. Absent: nobody vouches for the name. */
  verified: Identity.exactOptional(),
});
export type Publisher = z.infer<typeof Publisher>;

/** Whether both come from the same hands: by what is verified where anything is, else by the name. */
export function isSamePublisher(one: Publisher, other: Publisher): boolean {
  if (one.verified === undefined && other.verified === undefined) return one.name === other.name;
  return (
    one.verified?.issuer === other.verified?.issuer &&
    one.verified?.subject === other.verified?.subject
  );
}

/** `Example Ltd (verified: REPOSITORY, by ISSUER)` or `Example Ltd (not verified)`. */
export function describePublisher({ name, verified }: Publisher): string {
  if (verified === undefined) return `${name} (not verified)`;
  return `${name} (verified: ${verified.subject}, by ${verified.issuer})`;
}
