/** What `cnab-to-oci` writes; the specification's own type of a config is read as well. */
export const CONFIG_TYPE = "application/vnd.cnab.config.v1+json";
export const ARTIFACT_TYPE = "application/vnd.cnab.manifest.v1";

/** Annotations of the index. */
export const ON_INDEX = {
  runtimeVersion: "io.cnab.runtime_version",
  keywords: "io.cnab.keywords",
  artifactType: "org.opencontainers.artifactType",
  title: "org.opencontainers.image.title",
  version: "org.opencontainers.image.version",
  description: "org.opencontainers.image.description",
  authors: "org.opencontainers.image.authors",
} as const;

/** Annotations of what the index names: `config`, `invocation` or `component`, and which component. */
export const MANIFEST_KIND = "io.cnab.manifest.type";
export const COMPONENT_NAME = "io.cnab.component.name";
