import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Image, WorkEvent } from "@gantry/reports";
import type { BuildFacet, BuildRequest, BuildResult } from "../../build.ts";
import type { Case, CaseContext, Requirement } from "../case.ts";
import { freshId } from "../fresh-id.ts";
import { buildRequest } from "./build-request.ts";

/** Files of a build context by path. */
type Tree = Readonly<Record<string, string>>;

export interface Built extends BuildResult {
  readonly image: Image;
  readonly events: readonly WorkEvent[];
}

/** Builds in throw-away contexts and removes the images of one case. */
export class BuildBench {
  readonly facet: BuildFacet;
  readonly signal: AbortSignal;
  readonly context: CaseContext;

  constructor(context: CaseContext) {
    assert.ok(context.driver.build !== undefined);
    this.facet = context.driver.build;
    this.signal = context.signal;
    this.context = context;
  }

  /** The fixture's base image, for `FROM`. */
  get base(): string {
    assert.ok(this.context.fixture.base !== undefined);
    return this.context.fixture.base;
  }

  /** A directory with `files`, removed when the case ends. */
  async tree(files: Tree): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), "gantry-context-"));
    this.context.cleanup.defer(() => rm(dir, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text, { mode: 0o644 });
    }
    return dir;
  }

  /** A request for `dockerfile`; its tags are removed when the case ends. */
  async request(dockerfile: string, part: Partial<BuildRequest> = {}): Promise<BuildRequest> {
    const contextDir = part.contextDir ?? (await this.tree({}));
    const tags = [`conformance.test/${freshId()}:one`];
    const request = buildRequest({ contextDir, dockerfile, tags }, part);
    for (const tag of request.tags) this.#removeLater(tag);
    return request;
  }

  /** A request for a small image from nothing: a file, and what `lines` add. */
  async fromNothing(lines: string, part: Partial<BuildRequest> = {}): Promise<BuildRequest> {
    const contextDir = await this.tree({ file: "content\n" });
    return this.request(`FROM scratch\nCOPY file /file\n${lines}\n`, { contextDir, ...part });
  }

  /** Builds `request` and gives what it said on the way. */
  async build(request: BuildRequest, signal = this.signal): Promise<Built> {
    const events: WorkEvent[] = [];
    const report = async (event: WorkEvent) => void events.push(event);
    const result = await this.facet.build(request, { signal, report });
    const [image] = result.images;
    assert.ok(image !== undefined, "the build gave no image");
    return { ...result, image, events };
  }

  /** What a build that must fail says, and how it fails. */
  async fail(request: BuildRequest): Promise<{ error: unknown; events: readonly WorkEvent[] }> {
    const events: WorkEvent[] = [];
    const report = async (event: WorkEvent) => void events.push(event);
    const error = await this.facet.build(request, { signal: this.signal, report }).then(
      () => assert.fail("the build succeeded"),
      (reason: unknown) => reason,
    );
    return { error, events };
  }

  #removeLater(tag: string): void {
    const images = this.context.driver.images;
    this.context.cleanup.defer(async () =>
      images?.remove?.({ reference: tag }, AbortSignal.timeout(20_000)),
    );
  }
}

/** Declares a case of the build facet. */
export function buildCase(
  about: { readonly id: string; readonly title: string; readonly requires?: Requirement },
  check: (bench: BuildBench) => Promise<void>,
): Case {
  const requires: Requirement = { ...about.requires, facet: "build" };
  return { ...about, requires, run: (context) => check(new BuildBench(context)) };
}

/** What a case needs whose `RUN` steps must really run. */
export const RUNS: Requirement = { base: true, needs: ["shell"] };

/** Everything that programs printed during a build. */
export function logOf(events: readonly WorkEvent[]): string {
  return events.map((event) => (event.kind === "log" ? event.text : "")).join("");
}
