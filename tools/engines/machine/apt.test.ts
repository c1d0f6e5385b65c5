import { describe, expect, it } from "vitest";
import { operatingSystem } from "../needs.ts";
import { readAptSetup } from "./apt.ts";

const { id, codename } = operatingSystem();

describe.skipIf(id !== "debian")("readAptSetup (skipped where the machine is not a Debian)", () => {
  it("reads the archive of the machine's release", async () => {
    const setup = await readAptSetup(codename);

    expect(setup.sources).toContain(`deb ${setup.mirror} ${codename} main\n`);
    expect(setup.usesTls).toBe(setup.sources.includes(" https:"));
  });

  it("has one line for an archive, whatever number of indexes it has", async () => {
    const lines = (await readAptSetup(codename)).sources.trim().split("\n");

    expect(new Set(lines).size).toBe(lines.length);
  });

  it("carries over how to reach archives, and nothing that only this machine has", async () => {
    const { configuration } = await readAptSetup(codename);

    const settings = configuration.split("\n").filter((line) => line !== "");
    expect(settings.filter((line) => !line.startsWith("Acquire::"))).toEqual([]);
    expect(configuration).not.toMatch(/IndexTargets|Post-Invoke/);
  });

  it("refuses a release that the machine has no archive of", async () => {
    await expect(readAptSetup("no-such-release")).rejects.toThrow(/no Debian no-such-release/);
  });
});
