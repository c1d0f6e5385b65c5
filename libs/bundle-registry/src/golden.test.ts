import { parseBundle } from "@gantry/cnab";
import { digestOf } from "@gantry/oci";
import { describe, expect, it } from "vitest";
import { bundleIndex } from "./bundle-index.ts";
import { configManifest } from "./config-manifest.ts";
import { goldenBundle, goldenConfig, goldenRelocation } from "./testing/golden.ts";

describe("the documents of a bundle in a registry", () => {
  it("[G-02] have the manifest of the bundle.json to the byte as cnab-to-oci writes it", () => {
    const { bytes, mediaType } = configManifest(goldenConfig);

    expect([bytes.byteLength, digestOf(bytes), mediaType]).toEqual([
      189,
      "sha256:122a5dc186ec285488de9d25e99c96a11d3f7ff71c6e05a06c98e8627472a920",
      "application/vnd.oci.image.manifest.v1+json",
    ]);
  });

  it("[G-03, G-04] have the index to the byte as cnab-to-oci writes it", () => {
    const manifest = configManifest(goldenConfig);
    const config = {
      mediaType: manifest.mediaType,
      digest: digestOf(manifest.bytes),
      size: manifest.bytes.byteLength,
    };

    const { bytes, mediaType } = bundleIndex({
      bundle: parseBundle(JSON.stringify(goldenBundle)),
      config,
      relocation: goldenRelocation,
    });

    expect([bytes.byteLength, digestOf(bytes), mediaType]).toEqual([
      1360,
      "sha256:00043ca96c3c9470fc0f647c67613ddf500941556d1ecc14d75bc9b2834f66c3",
      "application/vnd.oci.image.index.v1+json",
    ]);
  });

  it("escape what Go's encoder escapes, so that digests stay equal", () => {
    const description = "a <b> & \u2028c";
    const bundle = parseBundle(JSON.stringify({ ...goldenBundle, description }));

    const { bytes } = bundleIndex({ bundle, config: descriptor, relocation: goldenRelocation });

    const text = Buffer.from(bytes).toString();
    expect(text).toContain('"a \\u003cb\\u003e \\u0026 \\u2028c"');
    expect(JSON.parse(text).annotations["org.opencontainers.image.description"]).toBe(description);
  });

  it("know Docker's types too, for registries of before OCI", () => {
    const docker = configManifest(goldenConfig, "docker");
    const index = bundleIndex({
      bundle: parseBundle(JSON.stringify(goldenBundle)),
      config: descriptor,
      relocation: goldenRelocation,
      form: "docker",
    });

    expect(JSON.parse(Buffer.from(docker.bytes).toString())).toMatchObject({
      mediaType: docker.mediaType,
      layers: [{ digest: goldenConfig.digest }],
    });
    expect(JSON.parse(Buffer.from(index.bytes).toString())).toMatchObject({
      mediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
    });
  });

  it("are refused for an image whose digest, size or kind is not known", () => {
    const withImage = (more: object) =>
      parseBundle(
        JSON.stringify({
          ...goldenBundle,
          invocationImages: [{ ...goldenBundle.invocationImages[0], ...more }],
        }),
      );
    const wrong = [{ size: 0 }, { image: "my.registry/other" }, { mediaType: "text/plain" }];

    for (const more of wrong) {
      expect(() =>
        bundleIndex({
          bundle: withImage(more),
          config: descriptor,
          relocation: goldenRelocation,
        }),
      ).toThrow(expect.objectContaining({ code: "invalid-content" }));
    }
  });
});

const descriptor = { ...goldenConfig, mediaType: "application/vnd.oci.image.manifest.v1+json" };
