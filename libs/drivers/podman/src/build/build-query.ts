import type { BuildRequest, CacheLocation } from "@gantry/driver-api";
import { invalidRequest, unsupported } from "../errors.ts";
import type { PodmanCall } from "../engine/podman-engine.ts";
import { tlsVerify } from "../images/registry-access.ts";
import { DOCKERFILE, type SentSecret } from "./build-context.ts";
import { namedImages, needsDockerFormat } from "./dockerfile-facts.ts";

const FORMATS = {
  docker: "application/vnd.docker.distribution.manifest.v2+json",
  oci: "application/vnd.oci.image.manifest.v1+json",
};

/** The parameters of Podman's build for `request`. Throws `unsupported`, naming the feature, for what it cannot do. */
export function buildQuery(
  request: BuildRequest,
  secrets: readonly SentSecret[],
): NonNullable<PodmanCall["query"]> {
  const { buildArgs, labels, contexts, extraHosts, network, tags, target, dockerfile } = request;
  return {
    dockerfile: DOCKERFILE,
    outputformat: FORMATS[needsDockerFormat(dockerfile.text) ? "docker" : "oci"],
    // Stated in full, so that the same request gives the same image whatever Podman's settings say.
    layers: true,
    rm: true,
    forcerm: true,
    jobs: 1,
    identitylabel: false,
    httpproxy: false,
    pullpolicy: request.pull ? "always" : "missing",
    nocache: request.noCache,
    ...networkOf(network),
    target,
    platform: request.platforms,
    t: tags,
    buildargs: JSON.stringify(buildArgs),
    labels: labelsText(labels),
    extrahosts: extraHosts.length === 0 ? undefined : JSON.stringify(extraHosts),
    additionalbuildcontexts: namedContexts(contexts),
    secrets: secretsText(secrets),
    cachefrom: request.cacheFrom.map((location) => repositoryOf(location, "cache-from")),
    cacheto: request.cacheTo.map((location) => repositoryOf(location, "cache-to")),
    tlsVerify: tlsVerify(registriesOf(request), request),
  };
}

/** A list: each label becomes a step, and of an object Podman takes them in another order each time, past its own cache. */
function labelsText(labels: BuildRequest["labels"]): string {
  return JSON.stringify(
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .toSorted(),
  );
}

/** A network of Podman's own is the engine's usual one: it takes no other for a build. */
function networkOf(network: string): NonNullable<PodmanCall["query"]> {
  if (network === "default") return {};
  const options = [{ Name: "network", Host: network === "host", Path: "" }];
  const policy = network === "none" ? { networkmode: "NetworkDisabled" } : {};
  return { ...policy, nsoptions: JSON.stringify(options) };
}

/** Directories that Podman reads where they are. */
function namedContexts(contexts: BuildRequest["contexts"]): string | undefined {
  const entries = Object.entries(contexts).map(([name, Value]) => [
    name,
    { IsURL: false, IsImage: false, Value, DownloadedCache: "" },
  ]);
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries));
}

function secretsText(secrets: readonly SentSecret[]): string | undefined {
  if (secrets.length === 0) return undefined;
  return JSON.stringify(secrets.map(({ id, file }) => `id=${id},src=${file}`));
}

/** Refuses what Podman's store cannot hold, and what cannot be said to its service. */
export function refuseUnsupported({ platforms, ssh }: BuildRequest): void {
  if (ssh.length > 0) {
    const text =
      "Podman forwards no SSH agent to a build that it is asked for through its service.";
    throw unsupported("ssh", text, "Give a key as a secret, or use the buildx or docker driver.");
  }
  if (platforms.length <= 1) return;
  throw unsupported(
    "multi-platform",
    `Podman's image store holds one platform of an image, not ${platforms.join(", ")}.`,
    "Build for one platform, or use the buildx driver.",
  );
}

function registriesOf(request: BuildRequest): readonly string[] {
  const caches = [...request.cacheFrom, ...request.cacheTo];
  const repositories = caches.flatMap(({ attributes }) => attributes["ref"] ?? []);
  return [...namedImages(request.dockerfile.text), ...repositories];
}

/** Podman keeps cached steps as images of a repository, each under a tag of its own making. */
function repositoryOf(
  { type, attributes }: CacheLocation,
  feature: "cache-from" | "cache-to",
): string {
  if (type !== "registry") {
    throw unsupported(
      feature,
      `Podman keeps no cache of type ${type}.`,
      "Use type=registry,ref=REPOSITORY, or the buildx driver.",
    );
  }
  const repository = attributes["ref"] ?? "";
  if (repository === "" || /[:@][^/]*$/u.test(repository)) {
    throw invalidRequest(
      `A cache of type registry names ${JSON.stringify(repository)}, not a repository without a tag.`,
      "Write type=registry,ref=HOST/REPOSITORY.",
    );
  }
  return repository;
}
