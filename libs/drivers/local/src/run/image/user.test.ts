import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readImageFile } from "./image-files.ts";
import { resolveUser } from "./user.ts";

const accounts = {
  passwd: "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\nbare:x:5:6::",
  group: "root:x:0:\nstaff:x:50:app,root\nextra:x:60:root,app\n",
};

describe("the user of an image", () => {
  it.each([
    ["", { uid: 0, gid: 0, groups: [50, 60], home: "/root" }],
    ["root", { uid: 0, gid: 0, groups: [50, 60], home: "/root" }],
    ["app", { uid: 1000, gid: 1001, groups: [50, 60], home: "/home/app" }],
    ["1000", { uid: 1000, gid: 1001, groups: [50, 60], home: "/home/app" }],
    ["app:staff", { uid: 1000, gid: 50, groups: [], home: "/home/app" }],
    ["app:7", { uid: 1000, gid: 7, groups: [], home: "/home/app" }],
    ["4711", { uid: 4711, gid: 0, groups: [], home: "/" }],
    ["4711:4712", { uid: 4711, gid: 4712, groups: [], home: "/" }],
    ["bare", { uid: 5, gid: 6, groups: [], home: "/" }],
  ])("%j is known by the image's own accounts", (user, expected) => {
    expect(resolveUser(user, accounts)).toEqual(expected);
  });

  it("may be root where there are no accounts at all", () => {
    const empty = { passwd: "", group: "" };

    expect(resolveUser("root", empty)).toMatchObject({ uid: 0, gid: 0 });
    expect(resolveUser("", empty)).toMatchObject({ uid: 0, home: "/root" });
  });

  it.each(["nobody", "app:wheel"])("%s is refused when the image does not know it", (user) => {
    expect(() => resolveUser(user, accounts)).toThrow(
      expect.objectContaining({ code: "base-unusable" }),
    );
  });
});

describe("a file of an image", () => {
  it("is that of the topmost layer that has it, and no link is followed", async () => {
    const dir = await mkdtemp(join(tmpdir(), "gantry-layers-"));
    const [top, low] = [join(dir, "top"), join(dir, "low")];
    await mkdir(join(low, "etc"), { recursive: true });
    await mkdir(join(top, "etc"), { recursive: true });
    await writeFile(join(low, "etc/passwd"), "low");
    await writeFile(join(low, "etc/group"), "low");
    await writeFile(join(top, "etc/group"), "top");
    await symlink("/etc/hostname", join(top, "etc/link"));
    await symlink("/etc", join(top, "linked"));

    expect(await readImageFile([top, low], "/etc/passwd")).toBe("low");
    expect(await readImageFile([top, low], "/etc/group")).toBe("top");
    expect(await readImageFile([top, low], "/etc/link")).toBe("");
    expect(await readImageFile([top, low], "/linked/hostname")).toBe("");
    expect(await readImageFile([top, low], "/absent")).toBe("");
    await rm(dir, { recursive: true });
  });
});
