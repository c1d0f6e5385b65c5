import { type Digest, parseDigest } from "./digest.ts";
import { OciError } from "./errors.ts";

/** An image name, read by the rules of the distribution project. Plain data. */
export interface Reference {
  /** Host and port, `docker.io` when none was written. */
  readonly registry: string;
  /** Path within the registry, with `library/` put before one-word names of docker.io. */
  readonly repository: string;
  /** `latest` when neither tag nor digest was written. */
  readonly tag?: string;
  readonly digest?: Digest;
  /** `registry/repository`. */
  readonly name: string;
  /** The whole reference with nothing left to defaults: what is compared and stored. */
  readonly normalized: string;
  /** As a person writes it: without `docker.io/`, `library/`. */
  readonly familiar: string;
}

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const BARE_ID = /^[a-f0-9]{64}$/;
const HUB = "docker.io";
const MAX_NAME = 255;

/** Reads a reference as `docker pull` does; throws `invalid-reference` saying which part is wrong. */
export function parseReference(text: string): Reference {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  const { rest, tag } = splitTag(at < 0 ? text : text.slice(0, at));
  if (tag !== undefined && !TAG.test(tag))
    refuse(text, `the tag ${JSON.stringify(tag)} is not valid`);
  const { registry, path } = splitHost(rest);
  if (!HOST.test(registry)) refuse(text, `${JSON.stringify(registry)} is not a host name`);
  if (BARE_ID.test(rest)) refuse(text, "64 hex digits alone are an image id, not a name");
  if (!PATH.test(path)) refuse(text, explainPath(path));
  const repository = registry === HUB && !path.includes("/") ? `library/${path}` : path;
  if (registry.length + repository.length + 1 > MAX_NAME)
    refuse(text, `the name is longer than ${MAX_NAME} characters`);
  return assemble(registry, repository, { tag, digest });
}

/** The same repository at another tag or digest; with neither, at `latest`. */
export function withVersion(
  reference: Reference,
  version: { readonly tag?: string | undefined; readonly digest?: Digest | undefined },
): Reference {
  return assemble(reference.registry, reference.repository, version);
}

function assemble(
  registry: string,
  repository: string,
  version: { readonly tag?: string | undefined; readonly digest?: Digest | undefined },
): Reference {
  const { digest } = version;
  const tag = version.tag ?? (digest === undefined ? "latest" : undefined);
  const name = `${registry}/${repository}`;
  const suffix = `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  const short = registry === HUB ? repository.replace(/^library\/(?=[^/]+$)/, "") : name;
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    name,
    normalized: name + suffix,
    familiar: short + suffix,
  };
}

function splitTag(text: string): { rest: string; tag: string | undefined } {
  const colon = text.lastIndexOf(":");
  if (colon < 0 || text.indexOf("/", colon) >= 0 || text.indexOf("]", colon) >= 0) {
    return { rest: text, tag: undefined };
  }
  return { rest: text.slice(0, colon), tag: text.slice(colon + 1) };
}

function splitHost(text: string): { registry: string; path: string } {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (!isHost) return { registry: HUB, path: text };
  const registry = first === "index.docker.io" ? HUB : first;
  return { registry, path: text.slice(slash + 1) };
}

function explainPath(path: string): string {
  if (path === "") return "the image name is empty";
  if (path !== path.toLowerCase()) return `the name ${JSON.stringify(path)} has upper-case letters`;
  return `${JSON.stringify(path)} is not a repository name`;
}

function refuse(text: string, why: string): never {
  throw new OciError(
    "invalid-reference",
    `Invalid image reference ${JSON.stringify(text)}: ${why}`,
    {
      hint: "Write [registry[:port]/]name[:tag][@sha256:...], in lower case.",
    },
  );
}
