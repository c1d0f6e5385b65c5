import { describe, expect, it } from "vitest";
import { HostMounts } from "./setup/host-mounts.ts";
import { chooseMapping, formatMap, insideId, outsideId } from "./ids/mapping.ts";
import { commonDir, firstTable, overlayOptions } from "./mount-table.ts";
import { fstabField, shellQuote, shellWords } from "./setup/quote.ts";
import { parseSubordinates } from "./ids/subordinate.ts";

const none = { uid: 1000, gid: 1001, subUids: [], subGids: [], hasMapTools: true };
const range = [{ start: 100_000, count: 65_536 }];

describe("the choice of a mapping", () => {
  it("keeps every id of root", () => {
    const mapping = chooseMapping({ ...none, uid: 0, gid: 0 });

    expect(mapping.kind).toBe("full");
    expect(formatMap(mapping.uids)).toBe("0 0 4294967295\n");
    expect(outsideId(mapping.uids, 65_532)).toBe(65_532);
  });

  it("puts a user's own id first and the subordinate ones behind it", () => {
    const mapping = chooseMapping({ ...none, subUids: range, subGids: range });

    expect(mapping.kind).toBe("subordinate");
    expect(formatMap(mapping.uids)).toBe("0 1000 1\n1 100000 65536\n");
    expect(outsideId(mapping.gids, 0)).toBe(1001);
    expect(outsideId(mapping.uids, 65_532)).toBe(165_531);
    expect(insideId(mapping.uids, 165_531)).toBe(65_532);
    expect(outsideId(mapping.uids, 70_000)).toBeUndefined();
    expect(insideId(mapping.uids, 5)).toBeUndefined();
  });

  it.each([
    ["no ranges", none],
    ["a range of users only", { ...none, subUids: range }],
    ["no newuidmap", { ...none, subUids: range, subGids: range, hasMapTools: false }],
  ])("has one id with %s", (_, sources) => {
    const mapping = chooseMapping(sources);

    expect(mapping.kind).toBe("single");
    expect(formatMap(mapping.uids)).toBe("0 1000 1\n");
  });
});

describe("/etc/subuid", () => {
  it("gives ranges by name and by number, and passes over the rest", () => {
    const text =
      "# comment\nann:100000:65536\nbob:200000:10\n1000:300000:5\nann:x:1\nann:1:0\nann:1\n\n";

    expect(parseSubordinates(text, ["1000", "ann"])).toEqual([
      { start: 100_000, count: 65_536 },
      { start: 300_000, count: 5 },
    ]);
  });
});

describe("this machine's mounts", () => {
  const mounts = HostMounts.parse(
    [
      "20 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
      "21 20 0:5 / /home rw,nosuid,nodev,relatime - ext4 /dev/vdb rw",
      "22 21 0:6 / /home/a\\040b/data ro,noexec - tmpfs tmpfs rw",
    ].join("\n"),
  );

  it("say what must be kept of the mount that holds a path", () => {
    expect(mounts.lockedOptions("/etc")).toEqual([]);
    expect(mounts.lockedOptions("/home/x")).toEqual(["nosuid", "nodev"]);
    expect(mounts.lockedOptions("/home/a b/data/y")).toEqual(["noexec"]);
    expect(mounts.lockedOptions("/homework")).toEqual([]);
  });

  it("say whether more is mounted below a path", () => {
    expect(mounts.hasMountsBelow("/home")).toBe(true);
    expect(mounts.hasMountsBelow("/home/a b")).toBe(true);
    expect(mounts.hasMountsBelow("/home/a b/data")).toBe(false);
    expect(mounts.hasMountsBelow("/ho")).toBe(false);
  });
});

describe("mount tables", () => {
  const root = {
    lowerDirs: ["/s/snap/b/fs", "/s/snap/a/fs"],
    upperDir: "/s/runs/r/upper",
    workDir: "/s/runs/r/work",
  };

  it("name the directories of an overlay relative to what they share", () => {
    expect(commonDir([...root.lowerDirs, root.upperDir])).toBe("/s");
    expect(commonDir(["/a/b"])).toBe("/a/b");
    expect(commonDir(["/a", "/b"])).toBe("/");
    expect(overlayOptions(root, "/s")).toBe(
      "lowerdir=snap/b/fs:snap/a/fs,upperdir=runs/r/upper,workdir=runs/r/work,userxattr",
    );
  });

  it("keep 150 layers within one page", () => {
    const lowerDirs = Array.from(
      { length: 150 },
      (_, index) => `/state/snapshots/${String(index).padStart(20, "0")}/fs`,
    );

    expect(overlayOptions({ ...root, lowerDirs }, "/state/snapshots").length).toBeLessThan(4_096);
  });

  it("write blanks in octal", () => {
    const scratch = { rootDir: "/a b/root", stageDir: "/a b/stage", tablePath: "/t" };

    expect(firstTable(root, scratch, "/s")).toContain("overlay /a\\040b/root overlay ");
    expect(fstabField("t\ta#b\\")).toBe("t\\011a\\043b\\134");
  });
});

describe("shell words", () => {
  it("stay one word whatever is in them", () => {
    expect(shellQuote("plain/path-1.2")).toBe("plain/path-1.2");
    expect(shellQuote("")).toBe("''");
    expect(shellQuote("it's $x `y`\n")).toBe("'it'\\''s $x `y`\n'");
    expect(shellWords(["a", "b c"])).toBe("a 'b c'");
  });
});
