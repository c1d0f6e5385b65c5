/** What a driver in an OCI registry is made of. */
export const DRIVER_TYPES = {
  artifact: "application/vnd.gantry.driver.v1",
  /** The driver's manifest, so that a registry can show it without the content. */
  config: "application/vnd.gantry.driver.manifest.v1+json",
  content: "application/vnd.gantry.driver.content.v1.tar+gzip",
  bundle: "application/vnd.dev.sigstore.bundle.v0.3+json",
} as const;
