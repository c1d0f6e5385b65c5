const DIGEST = "sha256:d59a1aa7866258751a261bae525a1842c7ff0662d4f34a355d5f36826abc034";
const OCI = "application/vnd.oci.image.manifest.v1+json";
const REPOSITORY = "my.registry/namespace";

/** The bundle that `cnab-to-oci` is tested with: what of it is told in an index. */
export const goldenBundle = {
  schemaVersion: "v1.0.0",
  name: "my-app",
  version: "0.1.0",
  description: "description",
  keywords: ["keyword1", "keyword2"],
  maintainers: [{ name: "docker", email: "docker@docker.com", url: "docker.com" }],
  invocationImages: [
    {
      image: `${REPOSITORY}/my-app-invoc`,
      imageType: "docker",
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      size: 506,
      contentDigest: `${DIGEST}3`,
    },
  ],
  images: {
    "image-1": {
      description: "",
      image: `${REPOSITORY}/image-1`,
      imageType: "oci",
      mediaType: OCI,
      size: 507,
      contentDigest: `${DIGEST}1`,
    },
    "another-image": {
      description: "",
      image: `${REPOSITORY}/another-image`,
      imageType: "oci",
      mediaType: OCI,
      size: 507,
      contentDigest: `${DIGEST}2`,
    },
  },
};

/** Where the images of it are. */
export const goldenRelocation = {
  [`${REPOSITORY}/my-app-invoc`]: `${REPOSITORY}/my-app@${DIGEST}3`,
  [`${REPOSITORY}/image-1`]: `${REPOSITORY}/my-app@${DIGEST}1`,
  [`${REPOSITORY}/another-image`]: `${REPOSITORY}/my-app@${DIGEST}2`,
};

/** The whole bundle.json as that tool stores it. */
export const goldenConfig = {
  digest: "sha256:dbe3480b9cb300f389e8d02e4a682f9107772468feb6845f912dc8deed6d76fd",
  size: 1596,
} as const;
