import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { describe, expect, test } from "vitest";
import { type Environment, type NpmSettings, readNpmSettings } from "./npmrc.ts";

const signal = AbortSignal.timeout(30_000);

async function settings(rc: string, env: Environment = {}): Promise<NpmSettings> {
  await using temp = await TempDir.create("gantry-npmrc-");
  await writeFile(join(temp.path, ".npmrc"), rc);
  return await readNpmSettings({ HOME: temp.path, ...env }, signal);
}

const at = (url: string): URL => new URL(url);

describe("npm's configuration", () => {
  test("names a registry for each scope, and one for the rest", async () => {
    const read = await settings(
      "registry = https://all.example/npm\n@own:registry=https://own.example\n",
    );
    expect(read.registryOf(undefined)).toBe("https://all.example/npm/");
    expect(read.registryOf("@own")).toBe("https://own.example/");
    expect(read.registryOf("@other")).toBe("https://all.example/npm/");
  });

  test("is overruled by variables, in any case", async () => {
    const read = await settings("registry=https://file.example/", {
      NPM_CONFIG_Registry: "https://variable.example/",
    });
    expect(read.registryOf(undefined)).toBe("https://variable.example/");
  });

  test("credentials count for their own part of a registry only", async () => {
    const read = await settings(
      [
        "registry=https://a.example/",
        "//a.example/private/:_authToken=${TOKEN}",
        "//a.example/:_auth=dTpw",
        "//b.example/:username=me",
        `//b.example/:_password=${Buffer.from("pass").toString("base64")}`,
        "# //c.example/:_authToken=no",
      ].join("\n"),
      { TOKEN: "s3cret" },
    );
    expect(read.authorizationFor(at("https://a.example/private/x"))).toBe("Bearer s3cret");
    expect(read.authorizationFor(at("https://a.example/privateer"))).toBe("Basic dTpw");
    expect(read.authorizationFor(at("https://b.example/x/y"))).toBe(
      `Basic ${Buffer.from("me:pass").toString("base64")}`,
    );
    expect(read.authorizationFor(at("https://c.example/"))).toBeUndefined();
    expect(read.authorizationFor(at("https://a.example.evil.example/"))).toBeUndefined();
    expect(read.authorizationFor(at("https://a.example:8443/"))).toBeUndefined();
  });

  test("of the machine lies beside npm, and the user's wins over it", async () => {
    await using temp = await TempDir.create("gantry-npm-");
    await mkdir(join(temp.path, "bin"));
    await mkdir(join(temp.path, "etc"));
    await writeFile(join(temp.path, "bin/npm"), "#!/bin/sh\necho https://asked.example/\n");
    await chmod(join(temp.path, "bin/npm"), 0o755);
    const env = { PATH: join(temp.path, "bin") };
    expect((await settings("", env)).registryOf(undefined)).toBe("https://asked.example/");

    await writeFile(join(temp.path, "etc/npmrc"), "registry=https://machine.example/\n");
    expect((await settings("", env)).registryOf(undefined)).toBe("https://machine.example/");
    const own = await settings("registry=https://user.example/", env);
    expect(own.registryOf(undefined)).toBe("https://user.example/");
  });

  test("without npm and without a word of it is an error that says what to write", async () => {
    await expect(settings("")).rejects.toMatchObject({
      code: "registry-unreachable",
      hint: expect.stringMatching(/registry=URL/),
    });
  });
});
