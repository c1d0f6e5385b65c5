import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "../../driver.ts";
import type { TestImage } from "../fixture.ts";
import { buildRequest } from "./build-request.ts";

const UID = 4711;
const EXISTING_FILE = "/conformance/existing";

/** The Dockerfile of the test image, for drivers whose images come from elsewhere. */
export function testDockerfile(base: string): string {
  return [
    `FROM ${base}`,
    `RUN mkdir -m 0751 /conformance && echo existing > ${EXISTING_FILE} && chmod 0644 ${EXISTING_FILE}`,
    `USER ${UID}:${UID}`,
    'ENTRYPOINT ["/bin/false"]',
    "",
  ].join("\n");
}

/** What `testDockerfile` makes, once it is known how to find it. */
export function describeTestImage(ref: TestImage["ref"]): TestImage {
  return { ref, uid: UID, gid: UID, existingFile: EXISTING_FILE };
}

/** Builds the test image with the driver's own build facet. */
export async function buildTestImage(
  driver: Driver,
  base: string,
  signal: AbortSignal,
): Promise<TestImage> {
  assert.ok(
    driver.build !== undefined,
    "the driver has no build facet to make its test image with",
  );
  const contextDir = await mkdtemp(join(tmpdir(), "gantry-context-"));
  try {
    const tags = ["conformance.test/image:run"];
    const request = buildRequest({ contextDir, dockerfile: testDockerfile(base), tags });
    const { images } = await driver.build.build(request, { signal, report: async () => {} });
    assert.ok(images[0] !== undefined, "the build gave no image");
    return describeTestImage({ id: images[0].id });
  } finally {
    await rm(contextDir, { recursive: true, force: true });
  }
}
