import { createHash } from "node:crypto";
import { type Identity, PackageError } from "@gantry/driver-package";
import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type Signer, toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { z } from "zod";
import publicGood from "./trusted-root.json" with { type: "json" };

/** What a signed statement has to be about. */
export interface Subject {
  /** For messages. */
  readonly name: string;
  /** The package URL that a statement about a package of npm names. */
  readonly purl?: string;
  /** The archive's bytes by digest, in hexadecimal digits. */
  readonly sha512: string;
  readonly sha256: string;
}

const InToto = z.looseObject({
  subject: z
    .array(z.looseObject({ name: z.string(), digest: z.record(z.string(), z.string()) }))
    .min(1),
});

/** Whose certificates and logs count: sigstore's public instance, or the trusted root of another one as JSON. */
export type TrustRoot = unknown;

/**
 * Verifies a sigstore bundle about an archive (certificate, transparency log, signature, digest) without a network,
 * and says who signed. Throws `provenance-invalid`.
 */
export function verifyStatement(
  bundle: unknown,
  subject: Subject,
  trustRoot: TrustRoot = publicGood,
): Identity {
  try {
    const read = bundleFromJSON(bundle);
    const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(trustRoot)));
    const signer = verifier.verify(toSignedEntity(read));
    checkSubject(read, subject);
    return toIdentity(signer, subject);
  } catch (error) {
    if (error instanceof PackageError) throw error;
    throw invalid(subject, error instanceof Error ? error.message : "it cannot be read", error);
  }
}

/** The signature holds; but of what? */
function checkSubject({ content }: Bundle, subject: Subject): void {
  if (content.$case === "messageSignature") {
    const digest = content.messageSignature.messageDigest?.digest.toString("hex");
    if (digest === subject.sha256) return;
    throw invalid(subject, "it is about other bytes");
  }
  const { payload } = content.dsseEnvelope;
  const statement = InToto.parse(JSON.parse(payload.toString("utf8")));
  const about = statement.subject.find(({ digest }) => digest["sha512"] === subject.sha512);
  if (about === undefined) throw invalid(subject, "it is about other bytes");
  if (subject.purl !== undefined && about.name !== subject.purl)
    throw invalid(subject, `it is about ${about.name}`);
}

/** Fulcio's extension that names the source repository, which a signer's workflow and tag may change in. */
const SOURCE_REPOSITORY = "1.3.6.1.4.1.57264.1.12";

function toIdentity({ identity }: Signer, subject: Subject): Identity {
  const issuer = identity?.extensions?.issuer;
  const signer = identity?.subjectAlternativeName;
  if (issuer === undefined || signer === undefined)
    throw invalid(subject, "it is signed with a key that no certificate is about");
  return { issuer, subject: repositoryOf(identity) ?? signer };
}

function repositoryOf(identity: Signer["identity"]): string | undefined {
  const found = identity?.oids?.find(({ oid }) => oid?.id.join(".") === SOURCE_REPOSITORY);
  if (found === undefined) return undefined;
  // DER: one string with its tag and length before it.
  return found.value.subarray(2).toString("utf8");
}

/** How far a statement about bytes in a file can be checked. */
export function subjectOf(name: string, archive: Uint8Array, purl?: string): Subject {
  const hex = (algorithm: string): string => createHash(algorithm).update(archive).digest("hex");
  return {
    name,
    sha512: hex("sha512"),
    sha256: hex("sha256"),
    ...(purl === undefined ? {} : { purl }),
  };
}

function invalid(subject: Subject, why: string, cause?: unknown): PackageError {
  const message = `The statement about the origin of ${subject.name} does not hold: ${why}.`;
  return new PackageError("provenance-invalid", message, {
    hint: "Do not use this version; ask its publisher. Nothing of it was run.",
    cause,
  });
}
