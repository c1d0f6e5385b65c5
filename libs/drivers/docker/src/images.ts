import type { ImageFacet, PushedImage, TransferOptions, Work } from "@gantry/driver-api";
import { parseReference } from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { Digest } from "@gantry/reports";
import { z } from "zod";
import { DistributionAnswer, type ImageAnswer, type ProgressAnswer } from "./answers.ts";
import { findCredentials } from "./credentials.ts";
import type { DockerEngine } from "./docker-engine.ts";
import {
  garbled,
  imageMissing,
  imageMismatch,
  isGone,
  toDriverError,
  unsupported,
} from "./errors.ts";
import { byDigest, findImage, formatImageRef, toImage } from "./image-lookup.ts";
import { exportImage, importImage } from "./image-transfer.ts";
import type { DockerOptions } from "./options.ts";
import { progressOf } from "./progress-stream.ts";

const PushAux = z.object({ Tag: z.string(), Digest: Digest, Size: z.number() });
type RegistryAuth = Readonly<Record<string, string>>;

/** The image store of a Docker Engine. */
export class DockerImages implements ImageFacet {
  readonly #engine: DockerEngine;
  readonly #options: DockerOptions;

  constructor(engine: DockerEngine, options: DockerOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  async inspect(ref: ImageRef, signal: AbortSignal): Promise<Image | undefined> {
    return this.#during(`inspecting image ${formatImageRef(ref)}`, signal, async () => {
      const found = await findImage(this.#engine, ref, signal);
      return found === undefined ? undefined : toImage(found, ref);
    });
  }

  async tag(ref: ImageRef, reference: string, signal: AbortSignal): Promise<void> {
    await this.#during(`tagging image ${formatImageRef(ref)} as ${reference}`, signal, async () => {
      const { Id } = await this.#present(ref, signal);
      await this.#tag(Id, reference, signal);
    });
  }

  async remove(ref: ImageRef, signal: AbortSignal): Promise<void> {
    const name = formatImageRef(ref);
    await this.#during(`removing image ${name}`, signal, async () => {
      const isName = ref.id === undefined && ref.digest === undefined;
      const target = isName ? ref.reference : (await findImage(this.#engine, ref, signal))?.Id;
      if (target === undefined) return;
      await this.#delete(target, !isName, signal);
    });
  }

  async pull(reference: string, options: TransferOptions): Promise<Image> {
    return this.#during(`pulling ${reference}`, options.signal, async () => {
      await this.#pull(reference, options);
      return toImage(await this.#present({ reference }, options.signal));
    });
  }

  async push(ref: ImageRef, reference: string, options: TransferOptions): Promise<PushedImage> {
    if (options.platform !== undefined)
      await this.#checkPlatform(ref, options.platform, options.signal);
    return this.#during(`pushing ${reference}`, options.signal, async () => {
      const { Id } = await this.#present(ref, options.signal);
      const former = await findImage(this.#engine, { reference }, options.signal);
      if (former !== undefined && former.Id !== Id) {
        throw imageMismatch(`${reference} names another image here (${former.Id}, not ${Id}).`);
      }
      await using undo = new AsyncDisposableStack();
      if (former === undefined) {
        await this.#tag(Id, reference, options.signal);
        undo.defer(() =>
          this.#delete(reference, false, AbortSignal.timeout(30_000)).catch(() => undefined),
        );
      }
      const pushed = await this.#push(reference, options);
      // The name stays: the engine knows the digest of an image only together with a name in that repository.
      undo.move();
      return pushed;
    });
  }

  async exportTo(ref: ImageRef, layoutDir: string, work: Work): Promise<string> {
    return this.#during(`exporting image ${formatImageRef(ref)}`, work.signal, async () => {
      const image = await this.#present(ref, work.signal);
      return exportImage(this.#engine, image, { layoutDir, work });
    });
  }

  async importFrom(layoutDir: string, digest: string, work: Work): Promise<Image> {
    return this.#during(`importing image ${digest}`, work.signal, async () => {
      const id = await importImage(this.#engine, { layoutDir, digest, work });
      return toImage(await this.#present({ id: Digest.parse(id) }, work.signal));
    });
  }

  /** The image that a run asks for, fetched by its digest (or, when only a name is given, by that) when it is not here. */
  async obtain(ref: ImageRef, signal: AbortSignal): Promise<ImageAnswer> {
    const found = await findImage(this.#engine, ref, signal);
    if (found !== undefined) return found;
    const name = formatImageRef(ref);
    if (ref.reference === undefined) throw imageMissing(name);
    const source = ref.digest === undefined ? ref.reference : byDigest(ref.reference, ref.digest);
    await this.#pull(source, { signal, report: async () => undefined });
    const pulled = await findImage(this.#engine, ref, signal);
    if (pulled === undefined) throw imageMissing(name);
    return pulled;
  }

  async #pull(reference: string, options: TransferOptions): Promise<void> {
    const { name, tag, digest } = parseReference(reference);
    const stream = await this.#engine.stream({
      method: "POST",
      path: "/images/create",
      query: { fromImage: name, tag: digest ?? tag, platform: options.platform },
      ...(await this.#auth(reference, options.signal)),
      signal: options.signal,
    });
    for await (const item of progressOf(stream, `pulling ${reference}`))
      await report(item, reference, options);
  }

  async #push(reference: string, options: TransferOptions): Promise<PushedImage> {
    const { tag, familiar, name, registry } = parseReference(reference);
    const repository = registry === "docker.io" ? familiar.replace(/[:@].*$/u, "") : name;
    const auth = await this.#auth(reference, options.signal);
    const stream = await this.#engine.stream({
      method: "POST",
      path: `/images/${repository}/push`,
      query: { tag: tag ?? "latest" },
      // The engine refuses a push without the header, also where nobody asks for credentials.
      registryAuth: auth.registryAuth ?? { username: "", password: "" },
      signal: options.signal,
    });
    let pushed: z.infer<typeof PushAux> | undefined;
    for await (const item of progressOf(stream, `pushing ${reference}`)) {
      pushed = PushAux.safeParse(item.aux).data ?? pushed;
      await report(item, reference, options);
    }
    if (pushed === undefined) throw garbled("end of a push");
    return this.#describe(`${repository}@${pushed.Digest}`, { auth, signal: options.signal });
  }

  /** What the registry says of a manifest: the engine's own word is without its media type. */
  async #describe(
    name: string,
    { auth, signal }: { readonly auth: object; readonly signal: AbortSignal },
  ): Promise<PushedImage> {
    const path = `/distribution/${name}/json`;
    const { Descriptor } = await this.#engine.json(
      { method: "GET", path, ...auth, signal },
      DistributionAnswer,
    );
    const { digest, mediaType, size } = Descriptor;
    return { digest, mediaType, size };
  }

  async #checkPlatform(ref: ImageRef, platform: string, signal: AbortSignal): Promise<void> {
    const image = await this.inspect(ref, signal);
    if (
      image === undefined ||
      platform.startsWith(`${image.platform.os}/${image.platform.architecture}`)
    )
      return;
    const text = `Docker holds ${formatImageRef(ref)} for ${image.platform.architecture} only, not ${platform}.`;
    throw unsupported("multi-platform", text, "Build it for that platform first.");
  }

  async #auth(
    reference: string,
    signal: AbortSignal,
  ): Promise<{ readonly registryAuth?: RegistryAuth }> {
    const found = await findCredentials(this.#options, parseReference(reference).registry, signal);
    return found === undefined ? {} : { registryAuth: { ...found } };
  }

  async #present(ref: ImageRef, signal: AbortSignal): Promise<ImageAnswer> {
    const image = await findImage(this.#engine, ref, signal);
    if (image === undefined) throw imageMissing(formatImageRef(ref));
    return image;
  }

  async #tag(id: string, reference: string, signal: AbortSignal): Promise<void> {
    const { name, tag } = parseReference(reference);
    const query = { repo: name, tag: tag ?? "latest" };
    await this.#engine.send({ method: "POST", path: `/images/${id}/tag`, query, signal });
  }

  async #delete(name: string, force: boolean, signal: AbortSignal): Promise<void> {
    const query = force ? { force: "1" } : {};
    try {
      await this.#engine.send({ method: "DELETE", path: `/images/${name}`, query, signal });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #during<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDriverError(error, doing, signal);
    }
  }
}

/** Passes on how far a transfer of one layer has come. */
async function report(item: ProgressAnswer, reference: string, work: Work): Promise<void> {
  const { current, total } = item.progressDetail ?? {};
  if (current === undefined) return;
  await work.report({
    kind: "progress",
    title: `${item.status ?? "Transferring"} ${item.id ?? reference}`,
    current,
    ...(total !== undefined && total >= current && { total }),
    unit: "bytes",
  });
}
