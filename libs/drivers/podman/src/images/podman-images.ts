import type { DriverContext, ImageFacet, TransferOptions, Work } from "@gantry/driver-api";
import { parseReference } from "@gantry/oci";
import { Digest, type Image, type ImageRef } from "@gantry/reports";
import type { ImageAnswer } from "../engine/answers.ts";
import { imageMissing, isGone, isInUse, toDriverError } from "../errors.ts";
import { byDigest, findImage, formatImageRef, type Shelf, toImage } from "./image-lookup.ts";
import { exportImage, importImage } from "./image-transfer.ts";
import { KnownDigests } from "./known-digests.ts";
import { again } from "../engine/again.ts";
import type { PodmanEngine } from "../engine/podman-engine.ts";
import { tlsVerify } from "./registry-access.ts";
import { runTransfer } from "./transfer-progress.ts";

/** The image store of one Podman. It does not push: Podman does not say what a registry then serves. */
export class PodmanImages implements ImageFacet {
  readonly shelf: Shelf;
  readonly #engine: PodmanEngine;

  constructor(engine: PodmanEngine, context: DriverContext) {
    this.#engine = engine;
    this.shelf = { engine, digests: new KnownDigests(context.stateDir) };
  }

  async inspect(ref: ImageRef, signal: AbortSignal): Promise<Image | undefined> {
    return this.#during(`inspecting image ${formatImageRef(ref)}`, signal, async () => {
      const found = await findImage(this.shelf, ref, signal);
      return found === undefined ? undefined : toImage(this.shelf, found, ref);
    });
  }

  async tag(ref: ImageRef, reference: string, signal: AbortSignal): Promise<void> {
    await this.#during(`tagging image ${formatImageRef(ref)} as ${reference}`, signal, async () => {
      const { Id } = await this.#present(ref, signal);
      await this.#post(
        `/images/${Id}/tag`,
        nameParts(parseReference(reference).normalized),
        signal,
      );
    });
  }

  async remove(ref: ImageRef, signal: AbortSignal): Promise<void> {
    await this.#during(`removing image ${formatImageRef(ref)}`, signal, async () => {
      try {
        const found = await findImage(this.shelf, ref, signal);
        const name = ref.id === undefined && ref.digest === undefined ? ref.reference : undefined;
        if (found !== undefined) await this.#removeFound(found, name, signal);
      } catch (error) {
        // Somebody else may remove it at the same moment.
        if (!isGone(error)) throw error;
      }
    });
  }

  #removeFound(found: ImageAnswer, name: string | undefined, signal: AbortSignal): Promise<void> {
    if (name !== undefined) return this.#removeName(found, name, signal);
    return this.#removeImage(found, signal);
  }

  /** Takes a name away, and with the last one the image, unless a container still stands on it. */
  async #removeName(found: ImageAnswer, reference: string, signal: AbortSignal): Promise<void> {
    const { normalized, familiar } = parseReference(reference);
    const names = [normalized, `localhost/${familiar}`];
    const name = found.RepoTags?.find((one) => names.includes(one)) ?? normalized;
    try {
      await this.#delete(name, signal);
    } catch (error) {
      if (!isInUse(error)) throw error;
      await this.#post(`/images/${found.Id}/untag`, nameParts(name), signal);
    }
  }

  async #removeImage(found: ImageAnswer, signal: AbortSignal): Promise<void> {
    // By force Podman would remove the containers of the image as well.
    await this.#post(`/images/${found.Id}/untag`, {}, signal);
    await this.#delete(found.Id, signal);
  }

  async pull(reference: string, options: TransferOptions): Promise<Image> {
    return this.#during(`pulling ${reference}`, options.signal, async () => {
      const { normalized } = parseReference(reference);
      const found = await this.#pull(normalized, options);
      return toImage(this.shelf, found, {});
    });
  }

  async exportTo(ref: ImageRef, layoutDir: string, work: Work): Promise<string> {
    return this.#during(`exporting image ${formatImageRef(ref)}`, work.signal, async () => {
      const image = await this.#present(ref, work.signal);
      return await exportImage(this.#engine, image, { layoutDir, work });
    });
  }

  async importFrom(layoutDir: string, digest: string, work: Work): Promise<Image> {
    return this.#during(`importing image ${digest}`, work.signal, async () => {
      const from = { layoutDir, work };
      const id = await again(() => importImage(this.#engine, digest, from), work.signal);
      const found = await this.#present({ id: Digest.parse(id) }, work.signal);
      return await toImage(this.shelf, found, {});
    });
  }

  /** The image that a run asks for, fetched by its digest (or, when only a name is given, by that) when it is not here. */
  async obtain(ref: ImageRef, signal: AbortSignal): Promise<ImageAnswer> {
    const found = await findImage(this.shelf, ref, signal);
    if (found !== undefined) return found;
    if (ref.reference === undefined) throw imageMissing(formatImageRef(ref));
    const { normalized } = parseReference(ref.reference);
    const source = ref.digest === undefined ? normalized : byDigest(normalized, ref.digest);
    await this.#pull(source, { signal, report: async () => undefined });
    return this.#present(ref, signal);
  }

  async #pull(name: string, options: TransferOptions): Promise<ImageAnswer> {
    const id = Digest.parse(`sha256:${await this.#fetch(name, options)}`);
    const found = await this.#present({ id }, options.signal);
    const digest = await this.#servedDigest(name, found, options);
    if (digest !== undefined) await this.shelf.digests.note(found.Id, digest);
    return found;
  }

  #fetch(name: string, options: TransferOptions): Promise<string> {
    const { platform, signal } = options;
    const [os, arch, variant] = platform?.split("/") ?? [];
    const verify = { tlsVerify: tlsVerify([name], options) };
    const query = { reference: name, policy: "always", os, arch, variant, ...verify };
    const call = { method: "POST", path: "/images/pull", query, signal } as const;
    const told = { title: `Pulling ${name}`, work: options };
    return again(() => runTransfer(this.#engine, call, told), signal);
  }

  /** The digest of the manifest that the registry gave. An image that was here before may have others under that name too. */
  async #servedDigest(
    name: string,
    found: ImageAnswer,
    options: TransferOptions,
  ): Promise<string | undefined> {
    const asked = parseReference(name).digest;
    if (asked !== undefined) return asked;
    const repository = `${parseReference(name).name}@`;
    const own = (found.RepoDigests ?? []).filter((one) => one.startsWith(repository));
    const digests = own.map((one) => one.slice(repository.length));
    if (digests.length <= 1) return digests[0];
    const quietly = { ...options, report: async () => undefined };
    for (const digest of digests.toSorted((a) => (a === found.Digest ? -1 : 1))) {
      const isServed = await this.#fetch(byDigest(name, digest), quietly).then(
        () => true,
        () => false,
      );
      options.signal.throwIfAborted();
      if (isServed) return digest;
    }
    return undefined;
  }

  async #present(ref: ImageRef, signal: AbortSignal): Promise<ImageAnswer> {
    const image = await findImage(this.shelf, ref, signal);
    if (image === undefined) throw imageMissing(formatImageRef(ref));
    return image;
  }

  #post(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal) {
    return this.#engine.text({ method: "POST", path, query, signal });
  }

  #delete(name: string, signal: AbortSignal): Promise<string> {
    return this.#engine.text({ method: "DELETE", path: `/images/${name}`, signal });
  }

  async #during<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDriverError(error, doing, signal);
    }
  }
}

function nameParts(name: string): { readonly repo: string; readonly tag: string } {
  const at = name.lastIndexOf(":");
  return { repo: name.slice(0, at), tag: name.slice(at + 1) };
}
