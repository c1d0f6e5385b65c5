import { createHash } from "node:crypto";
import { BuildProgress, SecretMask } from "@gantry/buildkit";
import type { BuildFacet, BuildRequest, BuildResult, SecretHandle, Work } from "@gantry/driver-api";
import type { BuildCapabilities, WorkEvent } from "@gantry/reports";
import { z } from "zod";
import { findCredentials } from "../credentials.ts";
import type { DockerEngine } from "../docker-engine.ts";
import { buildError, engineLost, garbled, toDriverError } from "../errors.ts";
import { findImage, toImage } from "../image-lookup.ts";
import type { DockerOptions } from "../options.ts";
import { jsonLines } from "../progress-stream.ts";
import { buildQuery } from "./build-query.ts";
import { ContextFiles } from "./context-files.ts";
import { dockerfileFiles } from "./dockerfile-files.ts";
import { BuildSession } from "./session.ts";
import { methodsOf, type SessionServices } from "./session-services.ts";
import { decodeTrace } from "./trace.ts";
import { wantedPaths } from "./wanted-paths.ts";

export interface DockerBuildsOptions {
  readonly engine: DockerEngine;
  readonly options: DockerOptions;
  readonly platform: () => string;
}

const ImageId = z.object({ ID: z.string() });

/** Builds with the BuildKit that is part of the engine. */
export class DockerBuilds implements BuildFacet {
  readonly #engine: DockerEngine;
  readonly #options: DockerBuildsOptions;

  constructor(options: DockerBuildsOptions) {
    this.#engine = options.engine;
    this.#options = options;
  }

  get capabilities(): BuildCapabilities {
    return {
      platforms: [this.#options.platform()],
      features: [
        "build-args",
        "cache-from",
        "cache-to",
        "extra-hosts",
        "labels",
        "network-host",
        "network-none",
        "no-cache",
        "pull",
        "secrets",
        "ssh",
        "target",
      ],
    };
  }

  async build(request: BuildRequest, work: Work): Promise<BuildResult> {
    const query = buildQuery(request);
    const mask = new SecretMask();
    const progress = new BuildProgress((text) => mask.apply(text));
    const secrets = request.secrets.map((secret) => mask.watch(secret));
    try {
      const id = await this.#solve({ request, secrets, query, progress }, work);
      const image = await findImage(this.#engine, { id }, work.signal);
      if (image === undefined) throw garbled("image id");
      return { images: [toImage(image)], steps: progress.steps() };
    } catch (error) {
      throw toDriverError(error, "building", work.signal);
    }
  }

  async #solve(job: Job, work: Work): Promise<string> {
    const { signal } = work;
    await using session = await BuildSession.open(this.#engine, {
      methods: methodsOf(this.#services(job, signal)),
      sharedKey: createHash("sha256").update(job.request.contextDir).digest("hex"),
      signal,
    });
    const query = { ...job.query, session: session.id };
    const stream = await this.#engine.stream({ method: "POST", path: "/build", query, signal });
    const { id, error } = await follow(stream, job.progress, work);
    for (const event of job.progress.end()) await work.report(event);
    if (error !== undefined) {
      throw buildError(error, job.request.dockerfile, job.progress.failedOutput());
    }
    if (id === undefined) throw engineLost("building");
    return id;
  }

  #services({ request, secrets }: Job, signal: AbortSignal): SessionServices {
    const context = new ContextFiles(request.contextDir, request.ignore);
    return {
      files: (directory, paths) => {
        if (directory === "context") return wantedPaths(context, paths);
        return directory === "dockerfile" ? dockerfileFiles(request.dockerfile.text) : undefined;
      },
      credentials: (host) => findCredentials(this.#options.options, host, signal),
      secrets,
      ssh: request.ssh,
      signal,
    };
  }
}

interface Job {
  readonly request: BuildRequest;
  readonly secrets: readonly SecretHandle[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly progress: BuildProgress;
}

/** Reads the build's account to its end. Neither an id nor an error means that the account was cut off. */
async function follow(
  stream: Parameters<typeof jsonLines>[0],
  progress: BuildProgress,
  work: Work,
): Promise<{ readonly id?: string; readonly error?: string }> {
  let end: { readonly id?: string; readonly error?: string } = {};
  for await (const item of jsonLines(stream)) {
    const error = item.errorDetail?.message ?? item.error;
    if (error !== undefined) end = { error };
    if (item.id === "moby.image.id") end = { id: ImageId.parse(item.aux).ID };
    if (item.id === "moby.buildkit.trace") await report(progress.fold(decode(item.aux)), work);
  }
  return end;
}

function decode(aux: unknown): ReturnType<typeof decodeTrace> {
  return decodeTrace(Buffer.from(z.string().parse(aux), "base64"));
}

async function report(events: readonly WorkEvent[], work: Work): Promise<void> {
  for (const event of events) await work.report(event);
}
