import { createHash } from "node:crypto";

/** The sha256 digest of these bytes in OCI form, `sha256:<64 hex digits>`; text is hashed as UTF-8. */
export function digestOf(content: Uint8Array | string): `sha256:${string}` {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
