import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LockedDriver } from "@gantry/driver-package";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { Approvals } from "./approvals.ts";

const locked = (version: string): LockedDriver =>
  LockedDriver.parse({
    version,
    source: `npm:sample@${version}`,
    sha512: `sha512-${"A".repeat(86)}==`,
    publisher: { name: "Example" },
    protocol: 1,
    granted: { read: ["/a", "/b"] },
  });

async function opened(dir: string): Promise<Approvals> {
  await writeFile(join(dir, "key"), Buffer.alloc(32, 1));
  return new Approvals({ file: join(dir, "approvals.json"), key: join(dir, "key") });
}

it("a crash between the seals and the lock file leaves what was approved before, and what was about to be", async () => {
  await using temp = await TempDir.create("gantry-approvals-");
  const approvals = await opened(temp.path);
  await approvals.approve({ sample: locked("1.0.0") }, async () => undefined);

  const crash = approvals.approve({ sample: locked("2.0.0") }, () => Promise.reject(new Crash()));

  await expect(crash).rejects.toBeInstanceOf(Crash);
  await approvals.check("sample", locked("1.0.0"));
  await approvals.check("sample", locked("2.0.0"));
  await expect(approvals.check("sample", locked("3.0.0"))).rejects.toMatchObject(REFUSED);
});

it("what was approved once is not approved for ever, nor under another name or key", async () => {
  await using temp = await TempDir.create("gantry-approvals-");
  const approvals = await opened(temp.path);
  await approvals.approve({ sample: locked("1.0.0") }, async () => undefined);
  await approvals.approve({ sample: locked("2.0.0") }, async () => undefined);

  await approvals.check("sample", locked("2.0.0"));
  const turned = {
    ...locked("2.0.0"),
    granted: { ...locked("2.0.0").granted, read: ["/b", "/a"] },
  };
  await approvals.check("sample", turned);
  await expect(approvals.check("sample", locked("1.0.0"))).rejects.toMatchObject(REFUSED);
  await expect(approvals.check("other", locked("2.0.0"))).rejects.toMatchObject(REFUSED);
  await writeFile(join(temp.path, "key"), Buffer.alloc(32, 2));
  await expect(approvals.check("sample", locked("2.0.0"))).rejects.toMatchObject(REFUSED);
  expect(await readFile(join(temp.path, "approvals.json"), "utf8")).not.toContain("Example");
});

const REFUSED = { code: "lock-invalid", message: expect.stringMatching(/by hand/) };

class Crash extends Error {}
