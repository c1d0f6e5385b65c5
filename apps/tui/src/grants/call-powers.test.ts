import type { Power } from "@gantry/protocol";
import { describe, expect, test } from "vitest";
import { type RunCall, withoutSecrets } from "../state/call.ts";
import { powersOf, powerWords, withPowers } from "./call-powers.ts";

const CALL: RunCall = {
  method: "installation.install",
  params: { source: {}, cwd: "/", credentials: { key: "s3cret" } },
};

const POWERS: readonly Power[] = [
  { power: "capability", value: "CAP_CHOWN" },
  { power: "mount", value: "/my data:/data:rw" },
  { power: "network", value: "host" },
  { power: "privileged", value: "" },
  { power: "engine-socket", value: "" },
];

describe("powers of a request", () => {
  test("are granted by asking for them, and named by the flags that do the same", () => {
    const granted = withPowers(CALL, POWERS);

    expect(granted.params).toMatchObject({
      capabilities: ["CAP_CHOWN"],
      mounts: [{ source: "/my data", target: "/data", readOnly: false }],
      network: "host",
      privileged: true,
      allowDockerHostAccess: true,
    });
    expect(powersOf(granted)).toEqual(POWERS);
    expect(powersOf(CALL)).toEqual([]);
    expect(powerWords(POWERS)).toEqual([
      "--cap-add",
      "CHOWN",
      "--mount-host-volume",
      "/my data:/data:rw",
      "--network",
      "host",
      "--privileged",
      "--allow-docker-host-access",
    ]);
  });

  test("are not kept for a retry: they may have been revoked since", () => {
    const { call } = withoutSecrets(withPowers(CALL, POWERS));

    expect(call.params).toEqual({ source: {}, cwd: "/", credentials: {} });
  });
});
