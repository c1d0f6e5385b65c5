import { join } from "node:path";
import { BuildProgress, SecretMask } from "@gantry/buildkit";
import type { BuildFacet, BuildRequest, BuildResult, Work } from "@gantry/driver-api";
import type { BuildCapabilities, BuildFeature, Image } from "@gantry/reports";
import type { BuildxEngine } from "../buildx-engine.ts";
import { buildError, engineLost, isWithoutLayout, toDriverError } from "../errors.ts";
import type { BuildxOptions } from "../options.ts";
import { askedSecrets } from "./asked-secrets.ts";
import { buildOptions } from "./build-options.ts";
import { BuildRoom } from "./build-room.ts";
import type { Job, Landing } from "./landing.ts";
import { type Account, RawJson } from "./raw-json.ts";

export interface BuildxBuildsOptions {
  readonly engine: BuildxEngine;
  readonly options: BuildxOptions;
  readonly stateDir: string;
  /** The ways for images, the best first; one that the builder does not know is not tried again. */
  readonly landings: readonly Landing[];
}

/** What every builder can do. */
const FEATURES: readonly BuildFeature[] = [
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
];
/** What an engine of some age cannot, and a builder that was chosen by name is thought to be able to. */
const MORE_FEATURES: readonly BuildFeature[] = ["multi-platform", "named-contexts"];

/** Builds with a builder instance of buildx. What the builder cannot do after all is refused by its name when it says so. */
export class BuildxBuilds implements BuildFacet {
  /** Until the builder has said what it builds for. */
  platforms: readonly string[] = [`linux/${process.arch === "x64" ? "amd64" : process.arch}`];
  readonly #options: BuildxBuildsOptions;
  #landings: readonly Landing[];

  constructor(options: BuildxBuildsOptions) {
    this.#options = options;
    this.#landings = options.landings;
  }

  get capabilities(): BuildCapabilities {
    const isNamed = this.#options.options.builder !== undefined;
    const features = [...FEATURES, ...(isNamed ? MORE_FEATURES : [])];
    return { platforms: [...this.platforms], features };
  }

  async build(request: BuildRequest, work: Work): Promise<BuildResult> {
    const mask = new SecretMask();
    const asked = askedSecrets(request.dockerfile.text, request.secrets);
    const secrets = asked.map((secret) => mask.watch(secret));
    try {
      work.signal.throwIfAborted();
      const parent = join(this.#options.stateDir, "builds");
      await using room = await BuildRoom.open(parent, request, { secrets, signal: work.signal });
      const progress = new BuildProgress((text) => mask.apply(text));
      const images = await this.#land({ request, room, work }, progress);
      return { images, steps: progress.steps() };
    } catch (error) {
      throw toDriverError(error, "The build", work.signal);
    }
  }

  async #land(job: Job, progress: BuildProgress): Promise<readonly Image[]> {
    for (const landing of this.#landings) {
      await using held = new AsyncDisposableStack();
      held.defer(async () => landing.leave?.(job));
      const said = await this.#solve(job, { landing, progress });
      if (said === undefined) return await landing.take(job);
      const { dockerfile } = job.request;
      if (!isWithoutLayout(said)) throw buildError(said, dockerfile, progress.failedOutput());
      this.#landings = this.#landings.filter((each) => each !== landing);
    }
    throw engineLost("building");
  }

  /** Runs the plugin to its end. Gives what it complains of; `undefined` when it succeeded. */
  async #solve(
    job: Job,
    { landing, progress }: { readonly landing: Landing; readonly progress: BuildProgress },
  ): Promise<string | undefined> {
    const { request, room, work } = job;
    const args = [...(await landing.prepare(job)), ...buildOptions(request, room)];
    const { engine } = this.#options;
    await using child = await engine.build({ args, files: room.files, signal: work.signal });
    const said = await follow(child.stderr, progress, work);
    const { code } = await child.exit;
    work.signal.throwIfAborted();
    if (code === 0) return undefined;
    if (code === null) throw engineLost("building");
    return complaint(said);
  }
}

/** Reads the account to its end, as fast as its listener takes it. Gives the plain words. */
async function follow(
  stream: AsyncIterable<Uint8Array>,
  progress: BuildProgress,
  work: Work,
): Promise<string> {
  const reader = new RawJson();
  for await (const bytes of stream) {
    for (const account of reader.push(bytes)) {
      for (const event of progress.fold(account)) await work.report(event);
      await warn(account, work);
    }
  }
  for (const event of progress.end()) await work.report(event);
  return reader.end();
}

async function warn({ warnings }: Account, work: Work): Promise<void> {
  for (const { text, url } of warnings) {
    const hint = url === "" ? {} : { hint: url };
    await work.report({ kind: "notice", level: "warning", text, ...hint });
  }
}

/** The plugin's last complaint, which may have several lines. */
function complaint(said: string): string {
  const from = said.lastIndexOf("\nERROR: ");
  return (from === -1 ? said : said.slice(from + 1)).replace(/^ERROR: /u, "").trim();
}
