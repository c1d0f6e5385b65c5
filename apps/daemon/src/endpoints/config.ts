import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigDocument, invalid, type Path } from "./config-document.ts";

const EndpointConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, "expected lower-case letters, digits and dashes"),
    driver: z.string().min(1).exactOptional(),
    /** A driver of its own: program and arguments, spoken to over stdin and stdout. */
    command: z.array(z.string()).min(1).exactOptional(),
    options: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ driver, command }) => (driver === undefined) !== (command === undefined), {
    message: "expected exactly one of driver and command",
  });
export type EndpointConfig = z.infer<typeof EndpointConfig>;

const Revocations = z.strictObject({
  /** Where the signed list of revoked drivers is: a path or an address. */
  source: z.string("expected a path or an address").min(1),
  /** The Ed25519 public key that it is signed with: PEM, or 32 bytes in base64. */
  key: z.string("expected the list's public key").min(1),
  /** Days after which a list that could not be had anew is announced. */
  maxAgeDays: z.number().positive().default(7),
});

/** Where the value of a secret is: in a file, or in a variable of the daemon's environment. Never here. */
const OperatorSecret = z.union(
  [
    z.strictObject({ path: z.string().startsWith("/") }),
    z.strictObject({ env: z.string().min(1) }),
  ],
  "expected {path: /FILE} or {env: VARIABLE}",
);

const Config = z.strictObject({
  endpoints: z.array(EndpointConfig).default([]).superRefine(refuseTwins),
  /** Endpoints in the order in which they are tried when none is named. */
  prefer: z.array(z.string()).default([]),
  /** Go to another endpoint when the one chosen turns out away. */
  failOver: z.boolean().default(false),
  /** `strict`: a driver package that this machine cannot confine is not started. */
  policy: z.enum(["default", "strict"]).default("default"),
  /** Secrets of the operator's, for drivers that were granted them by name. */
  secrets: z.record(z.string(), OperatorSecret).default({}),
  revocations: Revocations.exactOptional(),
  /** A sigstore trusted root (JSON) in place of that of the public instance. */
  trustedRoot: z.string().startsWith("/", "expected an absolute path").exactOptional(),
});
export type Config = z.infer<typeof Config>;

/** A configuration that is valid by its fields, and where it says what. */
export interface ReadConfig {
  readonly config: Config;
  readonly document: ConfigDocument;
}

/** Reads `config.yaml` of a home; an absent file is an empty one. Throws `config-invalid` with the place. */
export async function readConfig(path: string): Promise<ReadConfig> {
  return checkConfig(ConfigDocument.parse(path, await readIfThere(path)));
}

/** Checks the fields of a configuration. Throws `config-invalid` with the place of the first that is wrong. */
export function checkConfig(document: ConfigDocument): ReadConfig {
  const parsed = Config.safeParse(document.data());
  if (parsed.success) return { config: parsed.data, document };
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? part : String(part)));
  const where = path.length === 0 ? "" : `${path.join(".")}: `;
  throw invalid(placeOf(document, path, issue), `${where}${issue?.message}`);
}

/** A field that nobody knows is pointed at itself, not at what it stands in. */
function placeOf(document: ConfigDocument, path: Path, issue: z.core.$ZodIssue | undefined) {
  const [unknown] = issue?.code === "unrecognized_keys" ? issue.keys : [];
  return unknown === undefined ? document.place(path) : document.keyPlace(path, unknown);
}

function refuseTwins(
  endpoints: readonly { readonly name: string }[],
  context: z.RefinementCtx,
): void {
  const names = endpoints.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const message = `another endpoint is called ${name} already`;
    context.addIssue({ code: "custom", path: [index, "name"], message });
  }
}

/** The text of a file; empty when there is none. */
export async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
