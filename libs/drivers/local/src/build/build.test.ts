import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { packEntries } from "@gantry/oci";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuildBench, misses } from "./fixtures/build-bench.ts";

const isRoot = process.getuid?.() === 0;

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("an image of files", () => {
  it("has what COPY, ADD and WORKDIR say, with owners and modes", async () => {
    await using bench = await BuildBench.create();
    await bench.file("a.txt", "a\n");
    await bench.file("dir/run.sh", "#!/bin/sh\n", 0o755);
    await bench.file("dir/skip.log", "no");
    const tar = await bytesOf(
      packEntries([{ name: "in/tar.txt", body: Buffer.from("packed"), uid: 3, gid: 4 }]),
    );
    await bench.file("some.tar", tar);

    const told = await bench.build(
      [
        "FROM scratch AS one",
        "ARG WHERE=/srv",
        "COPY --chown=5:6 --chmod=u=rwX,go= dir ${WHERE}/d",
        "FROM scratch",
        "WORKDIR /work/here",
        "COPY a.txt .",
        "COPY a.* b/",
        "COPY --from=one /srv /from",
        "ADD some.tar /un",
        "COPY <<EOF /hello",
        "dear $HOME-less",
        "EOF",
        'ENV A=b C="d e"',
        "LABEL x=$A",
        "EXPOSE 80 90-91/udp",
        "USER 12",
        'ENTRYPOINT ["/x"]',
        "CMD run $A",
      ].join("\n"),
      { ignore: "**/*.log", labels: { more: "1" } },
    );

    const root = await bench.flatten(told);
    expect(readFileSync(join(root, "work/here/a.txt"), "utf8")).toBe("a\n");
    expect(readFileSync(join(root, "work/here/b/a.txt"), "utf8")).toBe("a\n");
    expect(readFileSync(join(root, "hello"), "utf8")).toBe("dear -less\n");
    expect(readFileSync(join(root, "un/in/tar.txt"), "utf8")).toBe("packed");
    expect(existsSync(join(root, "from/d/skip.log"))).toBe(false);
    expect(lstatSync(join(root, "from/d/run.sh")).mode & 0o7777).toBe(0o700);
    if (isRoot) {
      expect(lstatSync(join(root, "from/d/run.sh"))).toMatchObject({ uid: 5, gid: 6 });
      expect(lstatSync(join(root, "un/in/tar.txt"))).toMatchObject({ uid: 3, gid: 4 });
    }
    expect((await bench.config(told)).config).toMatchObject({
      Env: [expect.stringMatching(/^PATH=/), "A=b", "C=d e"],
      Labels: { x: "b", more: "1" },
      ExposedPorts: { "80/tcp": {}, "90/udp": {}, "91/udp": {} },
      User: "12",
      WorkingDir: "/work/here",
      Entrypoint: ["/x"],
      Cmd: ["/bin/sh", "-c", "run $A"],
    });
  });

  it("is the same whoever builds it, and wherever", async () => {
    const text = "FROM scratch\nCOPY --chown=5:6 a /x/a\nCOPY b /y/\n";
    const single = { inside: 0, count: 1 };
    const build = async (hasOneId: boolean) => {
      await using bench = await BuildBench.create((host) => {
        if (!hasOneId) return host;
        const uids = [{ ...single, outside: process.getuid?.() ?? 0 }];
        const gids = [{ ...single, outside: process.getgid?.() ?? 0 }];
        return { ...host, mapping: { kind: "single", uids, gids } };
      });
      await bench.file("a", "1");
      await bench.file("b", "2");
      const told = await bench.build(text);
      return { digest: told.images[0]?.digest, events: told.events };
    };

    const [one, other] = [await build(false), await build(true)];

    expect(other.digest).toBe(one.digest);
    expect(other.events).toContainEqual(
      expect.objectContaining({ kind: "notice", level: "warning" }),
    );
  });

  it("warns of a build argument that nothing declares", async () => {
    await using bench = await BuildBench.create();

    const told = await bench.build("FROM scratch\nARG A\nLABEL a=$A\n", {
      buildArgs: { A: "1", B: "2" },
    });

    expect(told.images[0]?.labels).toEqual({ a: "1" });
    expect(told.events).toContainEqual(
      expect.objectContaining({ kind: "notice", text: expect.stringContaining(" B") }),
    );
  });

  it("builds only the stages that the target needs, and triggers ONBUILD", async () => {
    await using bench = await BuildBench.create();
    await bench.file("a", "1");
    const text =
      "FROM scratch AS base\nONBUILD COPY a /from-trigger\nFROM no.such/image AS unused\nFROM base AS wanted\nFROM unused\n";

    const told = await bench.build(text, { target: "wanted" });

    expect(readFileSync(join(await bench.flatten(told), "from-trigger"), "utf8")).toBe("1");
    expect((await bench.config(told)).config).not.toHaveProperty("OnBuild");
    await expect(bench.build(text, { target: "wantd" })).rejects.toMatchObject({
      hint: "Did you mean wanted?",
    });
  });
});

describe("the cache", () => {
  it("carries out nothing twice and says what changed", async () => {
    await using bench = await BuildBench.create();
    await bench.file("run.sh", "1");
    await bench.file("other", "1");
    const text = "FROM scratch\nARG X=1\nCOPY run.sh /$X/\nCOPY other /other\nWORKDIR /w\n";
    const reasons = async (part = {}) => misses(await bench.build(text, part));

    expect(await reasons()).toHaveLength(3);
    expect(await reasons()).toEqual([]);
    await bench.file("other", "2");
    expect(await reasons()).toEqual([
      "[3/4] COPY other /other: other changed",
      "[4/4] WORKDIR /w: parent step was rebuilt",
    ]);
    expect((await reasons({ buildArgs: { X: "2" } }))[0]).toContain("build argument X changed");
    expect(await reasons({ buildArgs: { X: "2" }, noCache: true })).toHaveLength(3);
    await bench.file("base", "1");
    await bench.build("FROM scratch\nCOPY base /base\n", {
      tags: ["base"],
      dockerfile: { text: "FROM scratch\nCOPY base /base\n", path: "B" },
    });
    const [first] = misses(
      await bench.build(text.replace("scratch", "base"), { buildArgs: { X: "2" } }),
    );
    expect(first).toMatch(/base image changed from scratch to base \(sha256:\w+\)$/);
  });

  it("does without a layer that is gone", async () => {
    await using bench = await BuildBench.create();
    await bench.file("a", "1");
    const first = await bench.build("FROM scratch\nCOPY a /a\n");
    await rm(join(bench.dir, "content", "blobs"), { recursive: true });

    const again = await bench.build("FROM scratch\nCOPY a /a\n");

    expect(misses(again)).toEqual(["[2/2] COPY a /a: its layer is no longer stored"]);
    expect(again.images).toEqual(first.images);
  });
});

describe("refusals", () => {
  it.each([
    ["COPY ../x /x", "invalid-request", /leads out of the build context/],
    ["COPY runn.sh /x", "invalid-request", /runn\.sh does not exist/],
    ["COPY skip.log /x", "invalid-request", /left out .* by \.dockerignore/],
    ["COPY --chown=bob run.sh /x", "invalid-request", /no user "bob"/],
    ["COPY --chmod=rwx run.sh /x", "invalid-request", /--chmod=rwx/],
    ["COPY run.sh skip.* run.sh /x", "invalid-request", /end it with a slash/],
    ["ADD climb.tar /x", "invalid-request", /climbs with \.\./],
    ["WORKDIR /a${", "invalid-request", /name is missing/],
    ["COPY --from=127.0.0.1:1/image /a /a", "registry-unreachable", /127\.0\.0\.1:1\/image/],
  ])("%s", async (instruction, code, message) => {
    await using bench = await BuildBench.create();
    await bench.file("run.sh", "1");
    await bench.file("skip.log", "1");
    await bench.file(
      "climb.tar",
      await bytesOf(packEntries([{ name: "../../out", body: Buffer.from("x") }])),
    );

    const building = bench.build(`FROM scratch\n\n${instruction}\n`, { ignore: "*.log" });

    await expect(building).rejects.toMatchObject({
      code,
      location: { path: "Dockerfile", line: 3 },
    });
    await expect(building).rejects.toThrow(message);
    expect(await readdir(bench.workDir).catch(() => [])).toEqual([]);
    expect(existsSync(join(bench.dir, "out"))).toBe(false);
  });

  it("never writes outside of the image, whatever links it has", async () => {
    await using bench = await BuildBench.create();
    await bench.file("evil", "x");
    await symlink(bench.dir, join(bench.context, "out"));
    await symlink("/", join(bench.context, "up"));

    const told = await bench.build(
      "FROM scratch\nCOPY . /\nCOPY evil /out/evil\nCOPY evil /up/up/in/\n",
    );

    const root = await bench.flatten(told);
    expect(existsSync(join(bench.dir, "evil"))).toBe(false);
    expect(readFileSync(join(root, bench.dir, "evil"), "utf8")).toBe("x");
    expect(readFileSync(join(root, "in/evil"), "utf8")).toBe("x");
    expect(readlinkSync(join(root, "up"))).toBe("/");
  });

  it.each([
    [{ ssh: [{ id: "default", socket: "/s" }] }, "ssh"],
    [{ platforms: ["linux/amd64", "linux/arm64"] }, "multi-platform"],
    [{ cacheFrom: [{ type: "registry", attributes: {} }] }, "cache-from"],
  ])("names the need of %j", async (part, need) => {
    await using bench = await BuildBench.create();

    await expect(bench.build("FROM scratch\n", part)).rejects.toMatchObject({
      code: "unsupported",
      need,
    });
  });
});

describe("RUN", () => {
  let bench: BuildBench;
  beforeAll(async () => {
    bench = await BuildBench.create();
    await bench.base();
  });
  afterAll(async () => bench[Symbol.asyncDispose]());

  it("makes layers that mean what the program saw", async () => {
    // Who unpacks without being root owns everything.
    const owner = isRoot ? "%U:%G" : "";
    const list = `find /d /e -printf '%y %m ${owner} %T@ %p %l\\n' | sort`;
    const told = await bench.build(
      [
        "FROM base",
        "RUN mkdir -p /d/gone/deep /d/again/sub /e && touch /d/gone/deep/f /d/again/old /d/again/sub/old /d/keep /d/replaced && ln /d/keep /d/linked",
        "RUN rm -rf /d/gone /d/again && mkdir -p /d/again/sub && touch /d/again/new && rm /d/replaced && mkdir /d/replaced && mv /e /d/moved && mkdir /e && ln -s /nowhere /e/link && chmod 4711 /d/keep",
        `RUN ${list}`,
      ].join("\n"),
    );

    const root = await bench.flatten(told);
    const flat = execFileSync(
      "find",
      [join(root, "d"), join(root, "e"), "-printf", `%y %m ${owner} %T@ %p %l\n`],
      { encoding: "utf8" },
    );
    const seen = flat.replaceAll(root, "").split("\n").filter(Boolean).toSorted();
    expect(seen).toEqual(told.log.split("\n").filter(Boolean).toSorted());
    expect(seen.some((line) => line.includes("/d/again/old"))).toBe(false);
  });

  it("leaves nothing of its mounts behind, and makes no layer when nothing changed", async () => {
    const told = await bench.build("FROM base\nRUN --mount=type=tmpfs,target=/new/place ls /\n");

    const { rootfs, history } = await bench.config(told);
    expect(rootfs.diff_ids).toHaveLength(1);
    expect(history?.at(-1)?.empty_layer).toBe(true);
  });

  it("says which step failed, how, and what it printed last", async () => {
    const building = bench.build("FROM base\n\nRUN echo one; echo two >&2; exit 7\n");

    await expect(building).rejects.toMatchObject({
      code: "build-failed",
      message: expect.stringContaining("ended with exit code 7"),
      hint: expect.stringMatching(/one[^]*two|two[^]*one/),
      location: { line: 3 },
    });
    await expect(bench.build('FROM base\nRUN ["/no/such"]\n')).rejects.toMatchObject({
      code: "build-failed",
    });
  });

  it("keeps secrets out of layers, configuration, log and cache", async () => {
    const value = `secret-${performance.now()}`;
    const secrets = [{ id: "npm", read: async () => Buffer.from(`${value}\n`) }];
    const text =
      'FROM base\nRUN --mount=type=secret,id=npm --mount=type=secret,id=npm,env=TOKEN cat /run/secrets/npm; echo $TOKEN > /dev/stdout; [ -n "$TOKEN" ] && touch /ok\n';

    const told = await bench.build(text, { secrets });

    expect(told.log).not.toContain(value);
    expect(existsSync(join(await bench.flatten(told), "ok"))).toBe(true);
    const found = execFileSync("sh", ["-c", `grep -rla -e "${value}" "${bench.dir}" || true`], {
      encoding: "utf8",
    });
    expect(found).toBe("");
    const required = bench.build("FROM base\nRUN --mount=type=secret,id=none,required=true true\n");
    await expect(required).rejects.toThrow("secret none is required");
  });

  it("mounts caches that stay, and parts of contexts and stages that do not", async () => {
    await bench.file("from-context", "c");
    const text = (word: string) =>
      [
        "FROM scratch AS parts",
        "COPY from-context /p/q",
        "FROM base",
        `RUN --mount=type=cache,id=k,target=/c echo ${word} >> /c/log; cat /c/log`,
        "RUN --mount=target=/ctx --mount=from=parts,source=/p,target=/m,rw cat /ctx/from-context /m/q; touch /m/z && ! touch /ctx/z",
      ].join("\n");

    const first = await bench.build(text("one"));
    const told = await bench.build(text("two"));

    expect(first.log).toContain("cc");
    expect(told.log).toContain("one\ntwo\n");
    const root = await bench.flatten(told);
    expect(["c", "ctx", "m"].filter((name) => existsSync(join(root, name)))).toEqual([]);
  });

  it("runs here-documents, as the user and with the environment of the image", async () => {
    const told = await bench.build(
      [
        "FROM base",
        "ARG WORD=arg",
        "ENV WORD2=env",
        "RUN <<EOF",
        "echo $WORD $WORD2",
        "EOF",
        "RUN <<EOF",
        "#!/bin/sh",
        "echo script in $(stat -c %a /run 2>/dev/null)",
        "EOF",
        "USER 7:8",
        "WORKDIR /w",
        "RUN id -u; id -g; echo $HOME; ls -d /w; env",
      ].join("\n"),
    );

    expect(told.log).toContain("arg env\n");
    expect(told.log).toContain("script in");
    expect(told.log).toContain("7\n8\n/\n/w\n");
    expect(existsSync(join(await bench.flatten(told), "run"))).toBe(false);
  });

  it("ends at once when asked to, and leaves nothing", async () => {
    const stop = new AbortController();
    const started = performance.now();
    setTimeout(() => stop.abort(), 800);

    const building = bench.build(
      "FROM base\nRUN touch /x; sleep 60 & sleep 60\n",
      { noCache: true },
      stop.signal,
    );

    await expect(building).rejects.toMatchObject({ code: "canceled" });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await readdir(bench.workDir)).toEqual([]);
  });

  it("refuses programs of another platform, not files for it", async () => {
    const platforms = [process.arch === "arm64" ? "linux/amd64" : "linux/arm64"];

    const told = await bench.build("FROM scratch\nCOPY from-context /x\n", { platforms });
    const running = bench.build("FROM scratch\nRUN x\n", { platforms });

    expect(told.images[0]?.platform.architecture).toBe(platforms[0]?.split("/")[1]);
    await expect(running).rejects.toMatchObject({
      code: "unsupported",
      need: `platform ${platforms[0]}`,
      location: { line: 2 },
    });
  });

  it("makes a new start after a build that was killed", async () => {
    const left = join(bench.workDir, "999999999-1-left");
    await mkdir(join(left, "upper"), { recursive: true });

    await bench.build("FROM base\nRUN touch /after-a-kill\n");

    expect(existsSync(left)).toBe(false);
  });
});

const debian = process.env["GANTRY_TEST_BASE"];
if (debian === undefined) {
  process.stderr.write("build on a Debian base: skipped, GANTRY_TEST_BASE names none\n");
}

describe.skipIf(debian === undefined)("a Debian base", () => {
  it("lets apt-get install a package", { timeout: 300_000 }, async () => {
    await using bench = await BuildBench.create();
    const text = `FROM ${debian}\nRUN apt-get update && apt-get install -y --no-install-recommends less\nRUN less --version\n`;

    const told = await bench.build(text);

    expect(told.log).toMatch(/^less \d+/m);
    expect(told.images[0]?.size).toBeGreaterThan(1_000_000);
  });
});
