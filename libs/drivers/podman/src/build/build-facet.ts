import type { BuildFacet, BuildRequest, BuildResult, Work } from "@gantry/driver-api";
import { SecretMask } from "@gantry/buildkit";
import { Digest, type BuildCapabilities } from "@gantry/reports";
import { parseReference } from "@gantry/oci";
import { again } from "../engine/again.ts";
import { buildError, canceled, garbled, toDriverError } from "../errors.ts";
import { findImage, type Shelf, toImage } from "../images/image-lookup.ts";
import { enginePlatform } from "../platform.ts";
import { PodmanFault } from "../engine/podman-fault.ts";
import { packContext, readSecrets, type SentSecret } from "./build-context.ts";
import { buildQuery, refuseUnsupported } from "./build-query.ts";
import { BuildSteps } from "./build-steps.ts";
import { followBuild } from "./follow-build.ts";

/** Has Podman build, which is Buildah. */
export class PodmanBuilds implements BuildFacet {
  readonly capabilities: BuildCapabilities = {
    platforms: [enginePlatform()],
    features: [
      "build-args",
      "cache-from",
      "cache-to",
      "extra-hosts",
      "labels",
      "named-contexts",
      "network-host",
      "network-none",
      "no-cache",
      "pull",
      "secrets",
      "target",
    ],
  };
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  async build(request: BuildRequest, work: Work): Promise<BuildResult> {
    const { signal } = work;
    refuseUnsupported(request);
    const attempt = { mask: new SecretMask(), steps: new BuildSteps(asIs) };
    try {
      signal.throwIfAborted();
      const watched = request.secrets.map((secret) => attempt.mask.watch(secret));
      const tags = request.tags.map((tag) => parseReference(tag).normalized);
      const secrets = await readSecrets(request, watched, signal);
      const normalized = { ...request, tags };
      const built = await again(() => this.#run(normalized, { secrets, attempt }, work), signal);
      const id = Digest.parse(`sha256:${built}`);
      const found = await findImage(this.#shelf, { id }, signal);
      if (found === undefined) throw garbled("image id");
      const image = await toImage(this.#shelf, found, {});
      return { images: [image], steps: attempt.steps.steps() };
    } catch (error) {
      if (!(error instanceof PodmanFault) || signal.aborted)
        throw toDriverError(error, "building", signal);
      throw buildError(error, request.dockerfile, attempt.steps.lastOutput());
    }
  }

  /** Builds once; however it ends, no step is left open. */
  async #run(request: BuildRequest, { secrets, attempt }: Building, work: Work): Promise<string> {
    const { signal } = work;
    const steps = new BuildSteps((text) => attempt.mask.apply(text));
    attempt.steps = steps;
    const query = buildQuery(request, secrets);
    const body = packContext(request, secrets);
    const end = async (state: "canceled" | "done" | "failed", reason?: string): Promise<void> => {
      for (const event of steps.end(state, reason)) await work.report(event);
    };
    try {
      const call = { method: "POST", path: "/build", query, body, signal } as const;
      const id = await followBuild(await this.#shelf.engine.stream(call), steps, work);
      if (signal.aborted) throw canceled("building", signal.reason);
      await end("done");
      return id;
    } catch (error) {
      const { code, message } = toDriverError(error, "building", signal);
      await end(code === "canceled" || code === "timeout" ? "canceled" : "failed", message);
      throw error;
    } finally {
      body.destroy();
    }
  }
}

interface Building {
  readonly secrets: readonly SentSecret[];
  /** What the latest attempt has come to. */
  readonly attempt: { readonly mask: SecretMask; steps: BuildSteps };
}

const asIs = (text: string): string => text;
