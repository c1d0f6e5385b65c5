import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { satisfies } from "semver";
import { z } from "zod";
import { PackageError } from "./errors.ts";
import { DriverName } from "./manifest.ts";
import { Sha512 } from "./lock-file.ts";

/** Media type of the payload, which is signed together with it. */
export const REVOCATIONS_TYPE = "application/vnd.gantry.revocations.v1+json";

/** Drivers that a statement is about: by name and versions, or by exactly this content. */
const Statement = z
  .strictObject({
    name: DriverName.exactOptional(),
    /** A range of versions; every version when left out. */
    versions: z.string().max(200).default("*"),
    sha512: Sha512.exactOptional(),
    state: z.enum(["revoked", "deprecated"]),
    reason: z.string().min(1).max(500),
    /** What to use instead. */
    advice: z.string().max(500).exactOptional(),
  })
  .refine(({ name, sha512 }) => name !== undefined || sha512 !== undefined, {
    message: "expected a name or a sha512",
  });

const Revocations = z.strictObject({
  /** When it was signed. A later list takes the place of an earlier one, never the other way round. */
  issued: z.iso.datetime(),
  statements: z.array(Statement).max(100_000),
});
export type Revocations = z.infer<typeof Revocations>;

/** DSSE: what is signed is the type and the payload. */
const Envelope = z.object({
  payloadType: z.literal(REVOCATIONS_TYPE),
  payload: z.base64(),
  signatures: z
    .array(z.object({ sig: z.base64() }))
    .min(1)
    .max(16),
});

/** What the list says of one driver. */
export interface Verdict {
  readonly state: "revoked" | "deprecated";
  /** The reason, and what to use instead. */
  readonly text: string;
}

/** The bytes that a signature is made over (DSSE's pre-authentication encoding). */
export function signedBytes(payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${REVOCATIONS_TYPE.length} ${REVOCATIONS_TYPE} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Reads a signed list. `key` is an Ed25519 public key in PEM, or its 32 bytes in base64. Throws `revocations-invalid`. */
export function readRevocations(text: string, key: string): Revocations {
  const envelope = Envelope.safeParse(toData(text));
  if (!envelope.success) throw invalid("It is no signed list of drivers.");
  const payload = Buffer.from(envelope.data.payload, "base64");
  const publicKey = toKey(key);
  const isSigned = envelope.data.signatures.some(({ sig }) =>
    verify(undefined, signedBytes(payload), publicKey, Buffer.from(sig, "base64")),
  );
  if (!isSigned) throw invalid("It is not signed with the configured key.");
  const list = Revocations.safeParse(toData(payload.toString("utf8")));
  if (list.success) return list.data;
  const [issue] = list.error.issues;
  throw invalid(`${issue?.path.join(".")}: ${issue?.message}.`);
}

/** The gravest statement about a driver. */
export function verdictOn(
  { statements }: Revocations,
  driver: { readonly name: string; readonly version: string; readonly sha512?: string | undefined },
): Verdict | undefined {
  const about = statements.filter((statement) => isAbout(statement, driver));
  const worst = about.find(({ state }) => state === "revoked") ?? about[0];
  if (worst === undefined) return undefined;
  const advice = worst.advice === undefined ? "" : ` ${worst.advice}`;
  return { state: worst.state, text: `${worst.reason}${advice}` };
}

function isAbout(
  { name, versions, sha512 }: z.infer<typeof Statement>,
  driver: Parameters<typeof verdictOn>[1],
): boolean {
  if (sha512 !== undefined && sha512 !== driver.sha512) return false;
  if (name === undefined) return true;
  if (name !== driver.name) return false;
  return versions === "*" || satisfies(driver.version, versions, { includePrerelease: true });
}

const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

function toKey(text: string): KeyObject {
  try {
    if (text.includes("-----BEGIN")) return createPublicKey(text);
    const der = Buffer.concat([SPKI_HEAD, Buffer.from(text.trim(), "base64")]);
    return createPublicKey({ key: der, format: "der", type: "spki" });
  } catch (cause) {
    throw new PackageError(
      "revocations-invalid",
      "The key of the list of revoked drivers is no Ed25519 public key.",
      {
        hint: "Correct revocations.key in config.yaml: PEM, or 32 bytes in base64.",
        cause,
      },
    );
  }
}

function toData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string): PackageError {
  return new PackageError(
    "revocations-invalid",
    `The list of revoked drivers cannot be used. ${message}`,
    {
      hint: "Correct revocations in config.yaml, or tell whoever publishes the list.",
    },
  );
}
