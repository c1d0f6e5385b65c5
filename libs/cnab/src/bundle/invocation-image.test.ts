import { describe, expect, it } from "vitest";
import { BundleError } from "../problem.ts";
import { bundleWith, thrownBy } from "../testing/bundle.ts";
import { selectInvocationImage } from "./invocation-image.ts";

const ofType = (type: string) => ({ handles: (imageType: string) => imageType === type });

function images(...invocationImages: readonly Readonly<Record<string, unknown>>[]) {
  return bundleWith({ invocationImages });
}

describe("selectInvocationImage", () => {
  it("[S-02] takes the first listed of those that fit", () => {
    const bundle = images(
      { image: "vm", imageType: "qcow" },
      { image: "one", imageType: "docker" },
      { image: "two", imageType: "docker" },
    );

    expect(selectInvocationImage(bundle, ofType("docker")).image).toBe("one");
  });

  it("[B-08] takes an image without a type for oci", () => {
    const bundle = images({ image: "vm", imageType: "qcow" }, { image: "plain" });

    expect(selectInvocationImage(bundle, ofType("oci"))).toEqual({
      image: "plain",
      imageType: "oci",
    });
  });

  it("passes over images that are labelled for another platform", () => {
    const bundle = images(
      { image: "arm", labels: { os: "linux", architecture: "arm64" } },
      { image: "windows", labels: { os: "windows" } },
      { image: "any", labels: { team: "a" } },
      { image: "amd", labels: { os: "linux", architecture: "amd64" } },
    );
    const on = (platform: string) =>
      selectInvocationImage(bundle, { ...ofType("oci"), platform }).image;

    expect(on("linux/amd64")).toBe("any");
    expect(on("linux/arm64")).toBe("arm");
    expect(on("windows/amd64")).toBe("windows");
  });

  it("[S-01] stops when none fits, saying which there are", () => {
    const bundle = images({ image: "a", imageType: "exotic" }, { image: "b" });
    const error = thrownBy(() =>
      selectInvocationImage(bundle, { handles: () => false, platform: "linux/amd64" }),
    );

    expect(error).toBeInstanceOf(BundleError);
    expect(error).toMatchObject({
      code: "no-invocation-image",
      message: 'No invocation image of "hello" can be run on linux/amd64: it has exotic, oci.',
    });
  });
});
