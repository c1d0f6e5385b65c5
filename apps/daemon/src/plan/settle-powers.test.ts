import type { Bundle } from "@gantry/cnab";
import { RunOptions } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { refuseMissing, settlePowers } from "./settle-powers.ts";

const CHOWN = { power: "capability", value: "CAP_CHOWN" } as const;
const SOCKET = { power: "engine-socket", value: "" } as const;
const PRIVILEGED = { power: "privileged", value: "" } as const;

function bundle(custom: Bundle["custom"] = {}, requiredExtensions: string[] = []): Bundle {
  return {
    schemaVersion: "1.2.0",
    name: "asking",
    version: "0.1.0",
    invocationImages: [{ imageType: "docker", image: "asking" }],
    custom,
    requiredExtensions,
  };
}

function options(part: Partial<RunOptions> = {}): RunOptions {
  return RunOptions.parse({ source: {}, cwd: "/", ...part });
}

const asking = bundle({ "dev.gantry.powers": { capabilities: ["CHOWN"], network: "host" } });
const docker = bundle({ "io.cnab.docker": { privileged: true } }, ["io.cnab.docker"]);

describe("powers", () => {
  it("that only the bundle asks for are missing, and the run has none of them", () => {
    const { missing, spec } = settlePowers({ bundle: asking, options: options(), grants: [] });

    expect(missing).toEqual([CHOWN, { power: "network", value: "host" }]);
    expect(spec).toMatchObject({ capabilities: [], network: "default", privileged: false });
    expect(refuseMissing(asking, missing)).toMatchObject({
      code: "not-granted",
      hint: expect.stringContaining("--cap-add CHOWN --network host"),
    });
  });

  it("that were granted before are there as long as somebody asks for them", () => {
    const grants = [
      { ...CHOWN, asker: "bundle" as const },
      { power: "mount" as const, value: "/a:/b:rw", asker: "operator" as const },
    ];
    const asked = settlePowers({ bundle: asking, options: options({ network: "none" }), grants });
    const unasked = settlePowers({ bundle: bundle(), options: options(), grants });

    expect(asked.missing).toEqual([]);
    expect(asked.spec).toMatchObject({ capabilities: ["CAP_CHOWN"], network: "none" });
    expect(unasked.spec.capabilities).toEqual([]);
    expect(unasked.spec.mounts).toEqual([{ source: "/a", target: "/b", readOnly: false }]);
  });

  it("of Porter's flag are those of the docker extension, and nothing for a bundle without it", () => {
    const given = options({ allowDockerHostAccess: true });
    const wanted = settlePowers({ bundle: docker, options: given, grants: [] });
    const unwanted = settlePowers({ bundle: bundle(), options: given, grants: [] });

    expect(wanted.granted).toEqual([{ power: "engine-socket", value: "", asker: "bundle" }]);
    expect(wanted.spec).toMatchObject({ engine: "brokered", privileged: false });
    expect(wanted.missing).toEqual([{ power: "privileged", value: "" }]);
    expect(unwanted.spec).toMatchObject({ engine: "none", privileged: false });
  });

  it("of its second word are the engine's own socket and privileged mode, until they are revoked", () => {
    const raw = options({ allowDockerHostAccess: "raw" });
    const now = settlePowers({ bundle: docker, options: raw, grants: [] });
    const later = settlePowers({ bundle: docker, options: options(), grants: now.granted });
    const unwanted = settlePowers({ bundle: bundle(), options: raw, grants: now.granted });

    for (const { spec, missing } of [now, later]) {
      expect(spec).toMatchObject({ engine: "raw", privileged: true });
      expect(missing).toEqual([]);
    }
    expect(unwanted.spec).toMatchObject({ engine: "none", privileged: false });
  });

  it("that a flag grants are the bundle's when it asks for them, else the operator's own", () => {
    const given = options({ capabilities: ["CAP_CHOWN", "CAP_KILL"] });

    const { granted } = settlePowers({ bundle: asking, options: given, grants: [] });

    expect(granted).toEqual([
      { ...CHOWN, asker: "bundle" },
      { power: "capability", value: "CAP_KILL", asker: "operator" },
    ]);
  });

  it("that a new version asks for beyond what was granted are missing", () => {
    const grants = [{ ...SOCKET, asker: "bundle" as const }];

    const { missing } = settlePowers({ bundle: docker, options: options(), grants });

    expect(missing).toEqual([PRIVILEGED]);
  });

  it.each([
    [{ mounts: [{ source: "/a", target: "/b", readOnly: false }] }, []],
    [{}, [{ power: "mount", value: "/a:/b:ro" }]],
  ])("to read a directory are part of those to write it: %j", (given, expected) => {
    const wanted = bundle({ "dev.gantry.powers": { mounts: [{ source: "/a", target: "/b" }] } });

    const { missing } = settlePowers({ bundle: wanted, options: options(given), grants: [] });

    expect(missing).toEqual(expected);
  });

  it.each([
    [{ capabilities: ["chown!"] }, "capabilities.0"],
    [{ mounts: [{ source: "relative", target: "/b" }] }, "mounts.0.source"],
    [{ everything: true }, "everything"],
  ])("asked for as %j are refused", (wanted, says) => {
    const given = {
      bundle: bundle({ "dev.gantry.powers": wanted }),
      options: options(),
      grants: [],
    };

    expect(() => settlePowers(given)).toThrow(
      expect.objectContaining({ code: "bundle-invalid", message: expect.stringContaining(says) }),
    );
  });
});
