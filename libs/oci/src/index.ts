export { type ByteSource, type Digest, digestOf, parseDigest } from "./digest.ts";
export { isOciError, OciError, type OciErrorCode } from "./errors.ts";
export { chainIds } from "./image/chain.ts";
export { copyImage, pullImage, pushImage } from "./image/copy.ts";
export { exportDockerArchive, importDockerArchive } from "./image/docker-archive.ts";
export { findImage, type Image, type ImageLayer, readImage, writeImage } from "./image/image.ts";
export { exportLayoutArchive, importLayoutArchive } from "./image/layout-archive.ts";
export { relocateImage } from "./image/relocate.ts";
export { storeLayer, unpackImage } from "./image/rootfs.ts";
export type { TransferProgress } from "./image/transfer.ts";
export { packEntries, packLayer } from "./layer/pack.ts";
export { decompress } from "./layer/compression.ts";
export { readTar, type TarEntry, type TarItem, writeTar } from "./layer/tar.ts";
export { unpackLayer, type UnpackOptions } from "./layer/unpack.ts";
export {
  formatPlatform,
  hostPlatform,
  parsePlatform,
  type Platform,
  selectPlatform,
} from "./platform.ts";
export { parseReference, type Reference, withVersion } from "./reference.ts";
export { isLoopback } from "./registry/endpoint.ts";
export { RegistryClient, type RegistryOptions } from "./registry/client.ts";
export { type CredentialSource, dockerCredentials } from "./registry/credentials.ts";
export { Descriptor, ImageConfig, Index, Manifest, mediaTypes, parseJson } from "./schemas.ts";
export { linkBlobs } from "./store/link-blobs.ts";
export { ContentStore } from "./store/content-store.ts";
