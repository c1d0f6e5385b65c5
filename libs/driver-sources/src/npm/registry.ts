import { createHash } from "node:crypto";
import { PackageError } from "@gantry/driver-package";
import { maxSatisfying, satisfies, valid } from "semver";
import { z } from "zod";
import { LIMITS } from "../archive/limits.ts";
import { tooLarge } from "../archive/refusals.ts";
import { httpGet, httpGetBytes } from "./http.ts";
import type { NpmSettings } from "./npmrc.ts";

const Version = z.looseObject({
  version: z.string(),
  deprecated: z.union([z.string(), z.boolean()]).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  dist: z.looseObject({
    tarball: z.url(),
    integrity: z.string().optional(),
    attestations: z.looseObject({ url: z.url() }).optional(),
  }),
});
/** One version of a package, as its registry describes it. */
export type NpmVersion = z.infer<typeof Version>;

const Document = z.looseObject({
  "dist-tags": z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), Version).default({}),
});

const Found = z.looseObject({
  objects: z.array(
    z.looseObject({
      package: z.looseObject({
        name: z.string(),
        version: z.string(),
        description: z.string().default(""),
        publisher: z.looseObject({ username: z.string() }).optional(),
      }),
    }),
  ),
});

/** A package that a search found. */
export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly publisher: string;
}

const Attestations = z.looseObject({
  attestations: z.array(z.looseObject({ predicateType: z.string(), bundle: z.unknown() })).max(64),
});
export type Attestation = z.infer<typeof Attestations>["attestations"][number];

const DOCUMENT_BYTES = 64 << 20;
const KEYWORD = "gantry-driver";

interface Stop {
  readonly signal: AbortSignal;
}

/** Asks an npm registry. Runs nothing of any package. */
export class NpmRegistry {
  readonly #settings: NpmSettings;

  constructor(settings: NpmSettings) {
    this.#settings = settings;
  }

  /** The version that a version, a tag or a range stands for. Throws `not-found`. */
  async version(name: string, range: string, stop: Stop): Promise<NpmVersion> {
    const url = new URL(name.replace("/", "%2f"), this.#registryFor(name));
    const document = await this.#json(Document, url, stop);
    const chosen = choose(document, range);
    const found = chosen === undefined ? undefined : document.versions[chosen];
    if (found !== undefined) return found;
    const newest = document["dist-tags"]["latest"];
    throw new PackageError("not-found", `There is no version ${range} of ${name}.`, {
      hint: newest === undefined ? "Check the name." : `The latest one is ${newest}.`,
    });
  }

  /** The tarball's bytes; throws `driver-tampered` at the end unless they are those that the document promises. */
  async tarball(name: string, version: NpmVersion, stop: Stop): Promise<AsyncIterable<Uint8Array>> {
    const promised = sha512Of(version);
    if (promised === undefined) {
      throw new PackageError("package-invalid", `The registry gives no sha512 for ${name}.`, {
        hint: "Its publisher has to publish it anew; only old packages lack it.",
      });
    }
    const url = new URL(version.dist.tarball);
    const body = await this.#open(url, stop).catch((error: unknown) => {
      // A mirror may hand out documents that name the registry it copies.
      const own = new URL(`${name}/-/${url.pathname.split("/").at(-1)}`, this.#registryFor(name));
      if (own.href === url.href) throw error;
      return this.#open(own, stop);
    });
    return checked(body, { promised, name });
  }

  /** What is stated about a version, signed; nothing where its publisher states nothing. */
  async attestations(version: NpmVersion, stop: Stop): Promise<readonly Attestation[]> {
    const url = version.dist.attestations?.url;
    if (url === undefined) return [];
    return (await this.#json(Attestations, new URL(url), stop)).attestations;
  }

  /** Packages with the keyword of drivers. */
  async search(text: string, stop: Stop): Promise<readonly FoundPackage[]> {
    const url = new URL("-/v1/search", this.#settings.registryOf(undefined));
    url.searchParams.set("text", `keywords:${KEYWORD} ${text}`.trim());
    url.searchParams.set("size", "50");
    const { objects } = await this.#json(Found, url, stop);
    return objects.map((found) => ({
      name: found.package.name,
      version: found.package.version,
      description: found.package.description,
      publisher: found.package.publisher?.username ?? "",
    }));
  }

  async #json<T>(schema: z.ZodType<T>, url: URL, { signal }: Stop): Promise<T> {
    const headers = { accept: "application/json", ...this.#authorization(url) };
    const { ca } = this.#settings;
    const bytes = await httpGetBytes({ url, headers, ca, signal }, DOCUMENT_BYTES);
    const parsed = schema.safeParse(toData(bytes));
    if (parsed.success) return parsed.data;
    const where = `${url.origin}${url.pathname}`;
    throw new PackageError("registry-unreachable", `${where} is no answer of an npm registry.`, {
      hint: "Check npm's registry: `npm config get registry`.",
      details: parsed.error.issues
        .slice(0, 3)
        .map(({ path, message }) => `${path.join(".")}: ${message}`),
    });
  }

  #open(url: URL, { signal }: Stop): Promise<AsyncIterable<Uint8Array>> {
    return httpGet({ url, headers: this.#authorization(url), ca: this.#settings.ca, signal });
  }

  #authorization(url: URL): Record<string, string> {
    const authorization = this.#settings.authorizationFor(url);
    return authorization === undefined ? {} : { authorization };
  }

  #registryFor(name: string): string {
    return this.#settings.registryOf(name.startsWith("@") ? name.split("/")[0] : undefined);
  }
}

/** The sha512 of a version's tarball in base64. */
export function sha512Of({ dist }: NpmVersion): string | undefined {
  return /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(dist.integrity ?? "")?.[1];
}

/** As npm picks: a tag, an exact version, `latest` if it fits, else the highest that fits and is not deprecated. */
function choose(document: z.infer<typeof Document>, range: string): string | undefined {
  const { versions, "dist-tags": tags } = document;
  if (tags[range] !== undefined) return tags[range];
  const exact = valid(range);
  if (exact !== null) return exact;
  const latest = tags["latest"];
  if (latest !== undefined && satisfies(latest, range)) return latest;
  const all = Object.keys(versions);
  const kept = all.filter((one) => !versions[one]?.deprecated);
  return maxSatisfying(kept, range) ?? maxSatisfying(all, range) ?? undefined;
}

/** @yields the bytes; the last of them only when all are the right ones */
async function* checked(
  body: AsyncIterable<Uint8Array>,
  { promised, name }: { readonly promised: string; readonly name: string },
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha512");
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LIMITS.archiveBytes) throw tooLarge("its archive is larger than 256 MiB");
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("base64") === promised) return;
  throw new PackageError(
    "driver-tampered",
    `The tarball of ${name} is not the one that was published.`,
    {
      hint: "Try again; when it repeats, do not trust the registry or the network.",
    },
  );
}

function toData(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
