export { bundleIndex } from "./bundle-index.ts";
export { configManifest } from "./config-manifest.ts";
export { imageFacts } from "./image-facts.ts";
export { pullBundle, type PulledBundle } from "./pull-bundle.ts";
export { pushBundle, type PushedBundle } from "./push-bundle.ts";
export { relocationOf } from "./read-index.ts";
