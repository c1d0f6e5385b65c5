export { findStored, toImage } from "./lookup.ts";
export { StoredImages, type StoredImagesOptions } from "./stored-images.ts";
