import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { initializeCA, initializeCTLog, initializeTLog } from "@sigstore/mock";

const ISSUER = "1.3.6.1.4.1.57264.1.8";
const SOURCE_REPOSITORY = "1.3.6.1.4.1.57264.1.12";
const IN_TOTO = "application/vnd.in-toto+json";

export interface Statement {
  /** The package URL that it is about. */
  readonly purl: string;
  /** Of the archive, in hexadecimal digits. */
  readonly sha512: string;
  readonly repository: string;
}

type Authority = Awaited<ReturnType<typeof initializeCA>>;
type Log = Awaited<ReturnType<typeof initializeTLog>>;

/** A sigstore of our own: a certificate authority, a certificate log and a transparency log, with their trusted root. */
export class SigningAuthority {
  readonly trustRoot: unknown;
  readonly #authority: Authority;
  readonly #log: Log;

  private constructor(authority: Authority, log: Log, trustRoot: unknown) {
    this.#authority = authority;
    this.#log = log;
    this.trustRoot = trustRoot;
  }

  static async create(): Promise<SigningAuthority> {
    const keys = { certificates: pair(), authority: pair(), entries: pair() };
    const certificates = await initializeCTLog(keys.certificates);
    const authority = await initializeCA(keys.authority, certificates);
    const log = await initializeTLog("https://log.example", keys.entries);
    const validFor = { start: "2020-01-01T00:00:00Z" };
    const logOf = (key: KeyObject, logId: Buffer) => ({
      baseUrl: "https://log.example",
      hashAlgorithm: "SHA2_256",
      publicKey: {
        rawBytes: spki(key).toString("base64"),
        keyDetails: "PKIX_ECDSA_P256_SHA_256",
        validFor,
      },
      logId: { keyId: logId.toString("base64") },
    });
    const root = bytesOf(authority.rootCertificate).toString("base64");
    return new SigningAuthority(authority, log, {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logOf(keys.entries.publicKey, sha256(spki(keys.entries.publicKey)))],
      ctlogs: [logOf(keys.certificates.publicKey, bytesOf(certificates.logID))],
      certificateAuthorities: [
        {
          subject: { organization: "example", commonName: "example" },
          uri: "https://authority.example",
          certChain: { certificates: [{ rawBytes: root }] },
          validFor,
        },
      ],
      timestampAuthorities: [],
    });
  }

  /** A bundle as npm publishes it for a package that a workflow has built. */
  async attest({ purl, sha512, repository }: Statement): Promise<unknown> {
    const key = pair();
    const certificate = await this.#certificate(key.publicKey, repository);
    const payload = Buffer.from(
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: purl, digest: { sha512 } }],
        predicateType: "https://slsa.dev/provenance/v1",
        predicate: {},
      }),
    );
    const signature = sign("sha256", signedBytes(payload), key.privateKey);
    return {
      mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.2",
      verificationMaterial: {
        x509CertificateChain: { certificates: [{ rawBytes: certificate.toString("base64") }] },
        tlogEntries: [await this.#entry({ payload, signature, certificate })],
      },
      dsseEnvelope: {
        payload: payload.toString("base64"),
        payloadType: IN_TOTO,
        signatures: [{ sig: signature.toString("base64"), keyid: "" }],
      },
    };
  }

  async #certificate(key: KeyObject, repository: string): Promise<Buffer> {
    const issued = await this.#authority.issueCertificate({
      publicKey: new Uint8Array(spki(key)),
      subjectAltName: `${repository}/.github/workflows/publish.yml@refs/tags/v1`,
      extensions: [
        { oid: ISSUER, value: "https://issuer.example" },
        { oid: SOURCE_REPOSITORY, value: repository },
      ],
    });
    return bytesOf(issued);
  }

  async #entry(signed: {
    payload: Buffer;
    signature: Buffer;
    certificate: Buffer;
  }): Promise<unknown> {
    const pem = `-----BEGIN CERTIFICATE-----\n${signed.certificate
      .toString("base64")
      .replace(/.{64}/g, "$&\n")
      .trim()}\n-----END CERTIFICATE-----\n`;
    const logged = await this.#log.log({
      apiVersion: "0.0.1",
      kind: "dsse",
      spec: {
        payloadHash: { algorithm: "sha256", value: sha256(signed.payload).toString("hex") },
        signatures: [
          {
            signature: signed.signature.toString("base64"),
            verifier: Buffer.from(pem).toString("base64"),
          },
        ],
      },
    });
    const entry = Entry.parse(Object.values(logged)[0]);
    const { inclusionProof, signedEntryTimestamp } = entry.verification;
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: Buffer.from(entry.logID, "hex").toString("base64") },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: String(entry.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(inclusionProof.logIndex),
        rootHash: Buffer.from(inclusionProof.rootHash, "hex").toString("base64"),
        treeSize: String(inclusionProof.treeSize),
        hashes: [],
        checkpoint: { envelope: inclusionProof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  }
}

/** What the log gives back. */
const Entry = z.object({
  body: z.string(),
  integratedTime: z.number(),
  logID: z.string(),
  logIndex: z.number(),
  verification: z.object({
    signedEntryTimestamp: z.string(),
    inclusionProof: z.object({
      logIndex: z.number(),
      rootHash: z.string(),
      treeSize: z.number(),
      checkpoint: z.string(),
    }),
  }),
});

/** Its own pair of keys for everyone. */
function pair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function spki(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" });
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function signedBytes(payload: Buffer): Buffer {
  const head = `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
