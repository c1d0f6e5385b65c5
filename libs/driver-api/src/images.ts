import type { Image, ImageRef } from "@gantry/reports";
import type { Work } from "./build.ts";

export interface TransferOptions extends Work {
  /** `os/architecture[/variant]`; absent for the engine's own. */
  readonly platform?: string;
  /** As in `BuildRequest`. */
  readonly insecureRegistries?: readonly string[];
}

/** What a registry says of a pushed image: the fields that a bundle records (CNAB Core 101, invocationImages). */
export interface PushedImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

/** The engine's image store. A member that is absent is something that the engine cannot do. */
export interface ImageFacet {
  /** The image, or `undefined` when the store does not hold it. Contacts no registry. */
  inspect(ref: ImageRef, signal: AbortSignal): Promise<Image | undefined>;
  tag?(ref: ImageRef, reference: string, signal: AbortSignal): Promise<void>;
  /** Removes a name or, given an id or digest, the image. An image that is not there is done already. */
  remove?(ref: ImageRef, signal: AbortSignal): Promise<void>;
  pull?(reference: string, options: TransferOptions): Promise<Image>;
  push?(ref: ImageRef, reference: string, options: TransferOptions): Promise<PushedImage>;
  /** Adds the image to the OCI image layout at `layoutDir`, made when absent; gives the manifest's digest there. */
  exportTo?(ref: ImageRef, layoutDir: string, work: Work): Promise<string>;
  /** Takes the image with manifest `digest` out of the OCI image layout at `layoutDir`. Its id stays the same. */
  importFrom?(layoutDir: string, digest: string, work: Work): Promise<Image>;
}
