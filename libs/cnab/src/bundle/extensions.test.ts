import { describe, expect, it } from "vitest";
import { bundleWith } from "../testing/bundle.ts";
import { checkExtensions } from "./extensions.ts";

const bundle = bundleWith({
  requiredExtensions: ["io.cnab.docker", "io.example.fancy"],
  custom: { "io.cnab.docker": {}, "io.example.fancy": {}, "io.example.more": {} },
});

describe("checkExtensions", () => {
  it("[X-01, X-02] reports each required extension that is not supported", () => {
    const problems = checkExtensions(bundle, ["io.cnab.docker"]);

    expect(problems).toMatchObject([
      {
        code: "extension-unsupported",
        severity: "error",
        path: "/requiredExtensions/1",
        message:
          'The bundle "hello" requires the extension "io.example.fancy", which is not supported.',
      },
    ]);
  });

  it("[X-03] does not mind unknown extensions that are not required", () => {
    expect(checkExtensions(bundle, ["io.cnab.docker", "io.example.fancy"])).toEqual([]);
    expect(checkExtensions(bundleWith({ custom: { "io.example.more": {} } }), [])).toEqual([]);
  });
});
