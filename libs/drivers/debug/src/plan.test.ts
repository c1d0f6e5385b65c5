import type { RunSpec } from "@gantry/driver-api";
import { describe, expect, test } from "vitest";
import { describePlan } from "./plan.ts";

const spec: RunSpec = {
  id: "r1",
  owner: "home",
  labels: { note: "the token is tok-12345" },
  image: { id: `sha256:${"a".repeat(64)}` },
  command: ["/cnab/app/run", "--password=tok-12345"],
  environment: [
    { name: "CNAB_ACTION", value: "install", sensitive: false },
    { name: "TOKEN", value: "tok-12345", sensitive: true },
    { name: "URL", value: "https://user:tok-12345@host", sensitive: false },
    { name: "PIN", value: "12", sensitive: true },
  ],
  files: [
    file("/cnab/bundle.json", '{"name":"x"}', false),
    file("/root/.kube/config", "key: kube-secret\n", true),
    file("/etc/app.conf", "k=kube-secret\nkey: kube-secret", false),
  ],
  outputsDir: "/cnab/app/outputs",
  mounts: [],
  network: "default",
  privileged: false,
  capabilities: [],
  engineSocket: false,
};

describe("a plan", () => {
  test("shows the request as JSON", () => {
    const plan = JSON.parse(describePlan(spec, { showFiles: false }));

    expect(plan.id).toBe("r1");
    expect(plan.environment[0]).toEqual({
      name: "CNAB_ACTION",
      value: "install",
      sensitive: false,
    });
    expect(plan.files[0]).toEqual({
      path: "/cnab/bundle.json",
      mode: "0600",
      bytes: 12,
      existing: "refuse",
      sensitive: false,
    });
  });

  test("masks sensitive values and files, also where they appear in other values", () => {
    const text = describePlan(spec, { showFiles: true });

    expect(text).not.toContain("tok-12345");
    expect(text).not.toContain("key: kube-secret");
    expect(text).not.toContain('"12"');
    expect(text).toContain("https://user:*****@host");
  });

  test("shows the content of other files when asked", () => {
    const plan = JSON.parse(describePlan(spec, { showFiles: true }));

    expect(plan.files[0].content).toBe('{"name":"x"}');
    expect(plan.files[1].content).toBe("*****");
  });
});

function file(path: string, text: string, sensitive: boolean): RunSpec["files"][number] {
  return { path, content: Buffer.from(text), mode: 0o600, sensitive, existing: "refuse" };
}
