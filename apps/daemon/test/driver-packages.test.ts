import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { digestOf, mediaTypes, parseReference, RegistryClient } from "@gantry/oci";
import { describe, expect, it } from "vitest";
import { SigningAuthority } from "../../../libs/driver-sources/src/testing/signing-authority.ts";
import { openHome } from "../src/home.ts";
import { Store } from "../src/store/store.ts";
import { engine } from "../../../tools/engines/require.ts";
import { PackageWorld, RevocationAuthority } from "./support/driver-packages.ts";

const registry = engine("registry");
const ASKED = { power: "network", text: "connect to api.example, port 443", isGrave: false };
const WIDER = { powers: { network: ["api.example:443"], read: ["/etc"] } };
const refusal = (code: string, message: RegExp, details?: readonly string[]) => ({
  message: expect.stringMatching(message),
  data: expect.objectContaining({
    code,
    hint: expect.stringMatching(/./),
    ...(details === undefined ? {} : { details }),
  }),
});

describe("installing a driver", () => {
  it("shows what it is and asks for, and installs what was shown once it is granted", async () => {
    await using it = await PackageWorld.open();
    await it.publish("1.0.0");

    const shown = await it.inspect({ spec: "gantry-driver-sample" });

    expect(shown).toMatchObject({
      name: "sample",
      version: "1.0.0",
      source: "npm:gantry-driver-sample@1.0.0",
      publisher: { name: "Example" },
      facets: ["run"],
      asks: [ASKED],
      isConfirmed: false,
      widening: [ASKED],
    });
    expect(await it.packages()).toEqual([]);

    const { source, sha512 = "" } = shown;
    const request = { source, sha512, grant: ["all"] };
    const installed = await it.helper.request("driver.install", request);

    expect(installed).toMatchObject({ name: "sample", granted: [ASKED], isLinked: false });
    expect(await it.packages()).toEqual([installed]);
    expect(await it.packages("sample")).toEqual([installed]);
    expect(await it.world.read("home/gantry.lock")).toBe(`${HEADER}lockVersion: 1
drivers:
  sample:
    version: 1.0.0
    source: npm:gantry-driver-sample@1.0.0
    sha512: ${sha512}
    publisher:
      name: Example
    protocol: 1
    granted:
      network:
        - api.example:443
`);
  });

  it("is refused without a word of the operator, and leaves nothing", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver();

    await expect(it.install({ spec })).rejects.toMatchObject(
      refusal("driver-unconfirmed", /nobody has confirmed/i, [ASKED.text]),
    );
    await expect(it.install({ spec }, { grant: ["read=/etc"] })).rejects.toMatchObject(
      refusal("driver-unconfirmed", /more is granted/i),
    );
    expect(await it.packages()).toEqual([]);
  });

  it("takes a part of what is asked for", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver(WIDER);

    const { granted, asks } = await it.install({ spec }, { grant: ["read=/etc/hosts"] });

    expect(asks).toHaveLength(2);
    expect(granted.map(({ text }) => text)).toEqual(["read /etc/hosts and what is below it"]);
    expect(await it.inspect({ spec })).toMatchObject({ isConfirmed: true });
    await it.install({ spec });
    expect((await it.packages())[0]?.granted).toEqual(granted);
  });

  it("refuses what was never inspected, or is something else by now", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver();
    const { source, sha512 = "" } = await it.inspect({ spec });
    const install = (change: object) =>
      it.helper.request("driver.install", { source, sha512, grant: ["all"], ...change });

    await expect(install({ source: "npm:other@1.0.0" })).rejects.toMatchObject(
      refusal("driver-tampered", /not inspected/),
    );
    await expect(install({ sha512: `sha512-${"A".repeat(86)}==` })).rejects.toMatchObject(
      refusal("driver-tampered", /not inspected/),
    );
    await flipByte(it);
    await expect(install({})).rejects.toMatchObject(refusal("driver-tampered", /was changed/));
    expect(await it.packages()).toEqual([]);
  });

  it("refuses a driver of another protocol", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver({ protocols: [7] });
    await expect(it.inspect({ spec })).rejects.toMatchObject(
      refusal("package-invalid", /speaks driver protocol 7/),
    );
  });
});

describe("updating a driver", () => {
  it("asks nothing while nothing widens, and asks with the difference when something does", async () => {
    await using it = await PackageWorld.open();
    await it.publish("1.0.0");
    await it.install({ spec: "gantry-driver-sample@1.0.0" }, { grant: ["all"] });
    await it.publish("1.1.0", { powers: {} });
    expect(await it.inspect({ name: "sample" })).toMatchObject({ isConfirmed: true });
    expect(await it.install({ name: "sample" })).toMatchObject({ version: "1.1.0", granted: [] });

    await it.publish("2.0.0", WIDER);
    const shown = await it.inspect({ name: "sample" });

    expect(shown).toMatchObject({ installed: { version: "1.1.0", isSame: false } });
    expect(shown.widening.map(({ text }) => text)).toEqual([
      "read /etc and what is below it",
      ASKED.text,
    ]);
    await expect(it.install({ name: "sample" })).rejects.toMatchObject(
      refusal(
        "driver-unconfirmed",
        /more than it was granted/,
        shown.widening.map((one) => one.text),
      ),
    );
    expect((await it.packages())[0]?.version).toBe("1.1.0");
    await it.install({ name: "sample" }, { grant: ["all"] });
    expect(await it.inspect({ name: "sample" })).toMatchObject({ installed: { isSame: true } });
  });

  it("tells another publisher from another version", async () => {
    const authority = await SigningAuthority.create();
    await using it = await PackageWorld.open();
    const root = await it.world.file("root.json", JSON.stringify(authority.trustRoot));
    await it.world.file("home/config.yaml", JSON.stringify({ trustedRoot: root }));
    const signed = { by: authority, repository: "https://code.example/one" };
    await it.publish("1.0.0", {}, signed);
    const first = await it.install({ spec: "gantry-driver-sample" }, { grant: ["all"] });
    expect(first.publisher.verified?.subject).toBe("https://code.example/one");
    await it.publish("1.1.0", {}, signed);
    await it.install({ name: "sample" });

    await it.publish("1.2.0", {}, { by: authority, repository: "https://code.example/two" });
    const shown = await it.inspect({ name: "sample" });

    expect(shown.formerPublisher?.verified?.subject).toBe("https://code.example/one");
    await expect(it.install({ name: "sample" }, { grant: ["all"] })).rejects.toMatchObject(
      refusal("publisher-changed", /code\.example\/one.*code\.example\/two/),
    );
    await it.install({ name: "sample" }, { acceptPublisher: true });
    await it.publish("1.3.0");
    await expect(it.install({ name: "sample" })).rejects.toMatchObject(
      refusal("publisher-changed", /two.*not verified/),
    );
  });
});

describe("gantry.lock of a project", () => {
  async function pinned(): Promise<PackageWorld> {
    const it = await PackageWorld.open();
    await mkdir(it.at("project"));
    await it.publish("1.0.0");
    await it.install({ spec: "gantry-driver-sample", lock: it.lock }, { grant: ["all"] });
    return it;
  }

  /** As on another machine: nothing is installed, nothing is in the store. */
  async function forget(it: PackageWorld): Promise<void> {
    await it.helper.request("driver.remove", { name: "sample" });
    await chmodAll(it);
    for (const name of await readdir(it.at("home/driver-packages")))
      await rm(it.at(`home/driver-packages/${name}`), { recursive: true });
  }

  it("stands for the operator's word where it holds exactly this", async () => {
    await using it = await pinned();
    const text = await readFile(it.lock, "utf8");
    expect(text).toBe(await it.world.read("home/gantry.lock"));
    await forget(it);

    const shown = await it.inspect({ spec: "gantry-driver-sample", lock: it.lock });
    expect(shown.isConfirmed).toBe(true);
    expect(await it.restore()).toMatchObject([{ name: "sample", granted: [ASKED] }]);

    expect(await readFile(it.lock, "utf8")).toBe(text);
    expect(await it.world.read("home/gantry.lock")).toBe(text);
    await it.npm[Symbol.asyncDispose]();
    expect(await it.restore()).toHaveLength(1);
  });

  it("names what lies beside it relative to itself", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver({}, "project/drivers/own");
    await it.install({ spec, lock: it.lock }, { grant: ["all"] });
    expect(await readFile(it.lock, "utf8")).toContain("source: file:./drivers/own\n");
    await forget(it);
    expect(await it.restore()).toMatchObject([{ source: `file:${spec}` }]);
  });

  it.each<[string, (text: string) => string, string, RegExp]>([
    ["syntax", (text) => text.replace("drivers:", "drivers: {"), "lock-invalid", /no lock file/],
    ["digest", (text) => text.replace(/sha512-..../, "sha512-AAAA"), "lock-differs", /sha512/],
    [
      "version",
      (text) => text.replace("version: 1.0.0", "version: 1.0.1"),
      "lock-differs",
      /version/,
    ],
    ["publisher", (text) => text.replace("Example", "Mallory"), "lock-differs", /publisher/],
    ["protocol", (text) => text.replace("protocol: 1", "protocol: 2"), "lock-differs", /protocol/],
    [
      "source",
      (text) => text.replace("sample@1.0.0", "sample@9.0.0"),
      "not-found",
      /no version 9\.0\.0/,
    ],
    [
      "grant",
      (text) => text.replace("network:\n", "network:\n        - '*'\n"),
      "driver-unconfirmed",
      /more than it asks for/,
    ],
  ])(
    "is refused when its %s was tampered with, before anything is installed",
    async (_, change, code, message) => {
      await using it = await pinned();
      await forget(it);
      await writeFile(it.lock, change(await readFile(it.lock, "utf8")));

      await expect(it.restore()).rejects.toMatchObject(refusal(code, message));

      expect(await it.packages()).toEqual([]);
    },
  );

  it("does not widen what this home has granted", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver(WIDER);
    await mkdir(it.at("project"));
    await it.install({ spec, lock: it.lock }, { grant: ["all"] });
    await it.install({ spec }, { grant: ["read"] });

    await expect(it.restore()).rejects.toMatchObject(
      refusal("driver-unconfirmed", /more than this home does/, [ASKED.text]),
    );
    await expect(it.install({ spec, lock: it.lock })).rejects.toMatchObject(
      refusal("driver-unconfirmed", /more than it was granted/, [ASKED.text]),
    );
  });

  it("is held to with --frozen", async () => {
    await using it = await pinned();
    const frozen = { frozen: true };
    await it.install({ spec: "gantry-driver-sample@1.0.0", lock: it.lock }, frozen);
    await it.publish("1.1.0");
    const text = await readFile(it.lock, "utf8");

    await expect(
      it.install({ spec: "gantry-driver-sample", lock: it.lock }, frozen),
    ).rejects.toMatchObject(
      refusal("lock-differs", /version: 1\.0\.0 in gantry\.lock, 1\.1\.0 found/),
    );
    expect(await readFile(it.lock, "utf8")).toBe(text);
  });

  it("finds a flipped byte in what is there, and takes it from its source again", async () => {
    await using it = await pinned();
    await flipByte(it);
    expect((await it.packages("sample"))[0]?.refused?.code).toBe("driver-tampered");

    await it.restore();

    expect((await it.packages("sample"))[0]?.refused).toBeUndefined();
  });
});

describe("the home's own lock file", () => {
  it.each<[string, (text: string) => string, string, RegExp]>([
    [
      "grant",
      (text) => text.replace("network:\n", "network:\n        - '*'\n"),
      "driver-unconfirmed",
      /more than it asks/,
    ],
    [
      "smaller grant",
      (text) => text.replace(/ {4}granted:[^]*$/, "    granted: {}\n"),
      "lock-invalid",
      /by hand/,
    ],
    ["publisher", (text) => text.replace("Example", "Mallory"), "lock-invalid", /by hand/],
    [
      "version",
      (text) => text.replace("version: 1.0.0", "version: 9.0.0"),
      "lock-differs",
      /content is sample 1/,
    ],
    ["digest", (text) => text.replace(/sha512-..../, "sha512-AAAA"), "driver-tampered", /gone/],
  ])("is not acted on when its %s was changed by hand", async (_, change, code, message) => {
    await using it = await PackageWorld.open();
    await it.install({ spec: await it.driver() }, { grant: ["all"] });
    await it.world.file("home/gantry.lock", change(await it.world.read("home/gantry.lock")));

    const [shown] = await it.packages();

    expect(shown?.refused).toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(it.helper.request("driver.options", { name: "sample" })).rejects.toMatchObject(
      refusal(code, message),
    );
    await it.install({ spec: it.at("driver") }, { grant: ["all"], acceptPublisher: true });
    expect((await it.packages())[0]?.refused).toBeUndefined();
  });

  it("is refused whole when it cannot be read", async () => {
    await using it = await PackageWorld.open();
    await it.world.file("home/gantry.lock", "drivers: [");
    await expect(it.packages()).rejects.toMatchObject(refusal("lock-invalid", /no lock file/));
  });
});

describe("the list of revoked drivers", () => {
  const BAD = { name: "sample", versions: "<2.0.0", state: "revoked", reason: "It leaks." };
  const OLD = { name: "sample", state: "deprecated", reason: "Old.", advice: "Use new." };
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

  async function watched(authority: RevocationAuthority, list: string | undefined) {
    const it = await PackageWorld.open();
    const source = it.at("list.json");
    if (list !== undefined) await writeFile(source, list);
    const revocations = { source, key: authority.key };
    await it.world.file("home/config.yaml", JSON.stringify({ revocations }));
    return it;
  }

  it("announces what is deprecated and refuses what is revoked", async () => {
    const authority = new RevocationAuthority();
    await using it = await watched(authority, authority.list(ago(1), [OLD, BAD]));

    await expect(it.inspect({ spec: await it.driver() })).rejects.toMatchObject(
      refusal("driver-revoked", /sample 1\.0\.0 is revoked: It leaks\./),
    );
    const newer = await it.inspect({ spec: await it.driver({ version: "2.0.0" }, "newer") });
    expect(newer.notices).toEqual(["It is deprecated: Old. Use new."]);
  });

  it("reaches what is installed, also offline and after a restart", async () => {
    const authority = new RevocationAuthority();
    await using it = await watched(authority, authority.list(ago(2), []));
    const spec = await it.driver();
    await it.install({ spec }, { grant: ["all"] });
    await it.world.file("list.json", authority.list(ago(1), [BAD]));
    await it.world.file("home/driver-packages/revocations.json", authority.list(ago(1), [BAD]));
    await rm(it.at("list.json"));

    const [shown] = await it.packages();

    expect(shown?.refused?.code).toBe("driver-revoked");
    await expect(it.helper.request("driver.options", { name: "sample" })).rejects.toMatchObject(
      refusal("driver-revoked", /revoked/),
    );
  });

  it("is asked for again while installed drivers are used", async () => {
    const authority = new RevocationAuthority();
    await using it = await watched(authority, undefined);
    await it.install({ spec: await it.driver() }, { grant: ["all"] });
    await writeFile(it.at("list.json"), authority.list(ago(1), [BAD]));

    await it.helper.request("driver.options", { name: "sample" });

    const state = async () => (await it.packages())[0]?.refused?.code;
    await expect.poll(state, { timeout: 20_000 }).toBe("driver-revoked");
  });

  it("counts for nothing once it is signed with a key that counts no more", async () => {
    const authority = new RevocationAuthority();
    await using it = await watched(authority, authority.list(ago(5), []));
    const spec = await it.driver();
    await it.install({ spec }, { grant: ["all"] });
    await it.world.file("home/driver-packages/revocations.json", authority.list(ago(1), [BAD]));
    await expect(it.inspect({ spec })).rejects.toMatchObject(refusal("driver-revoked", /leaks/));

    const source = it.at("list.json");
    const revocations = { source, key: new RevocationAuthority().key };
    await it.world.file("home/config.yaml", JSON.stringify({ revocations }));

    const [shown] = await it.packages();
    expect(shown?.refused).toBeUndefined();
    expect(shown?.notices).toEqual(["The list of revoked drivers was never reached."]);
  });

  it("says how old it is, and that it was never reached", async () => {
    const authority = new RevocationAuthority();
    await using it = await watched(authority, undefined);
    const spec = await it.driver();
    expect((await it.inspect({ spec })).notices).toEqual([
      "The list of revoked drivers was never reached.",
    ]);
    await writeFile(it.at("list.json"), authority.list(ago(30), []));
    expect((await it.inspect({ spec })).notices).toEqual([
      "The list of revoked drivers is 30 days old.",
    ]);
  });

  it.skipIf(!registry.available)("comes from an OCI registry too", async () => {
    const authority = new RevocationAuthority();
    const list = Buffer.from(authority.list(ago(1), [BAD]));
    const reference = `${registry.available ? registry.registry : ""}/lists/${crypto.randomUUID()}:1`;
    const client = new RegistryClient();
    const target = parseReference(reference);
    const mediaType = "application/vnd.gantry.revocations.v1+json";
    const layer = { mediaType, digest: digestOf(list), size: list.length };
    await client.pushBlob(target, { descriptor: layer, open: () => Readable.from([list]) });
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: layer,
      layers: [layer],
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await client.pushManifest(target, { bytes, mediaType: mediaTypes.manifest });
    await using it = await PackageWorld.open();
    const revocations = { source: `oci://${reference}`, key: authority.key };
    await it.world.file("home/config.yaml", JSON.stringify({ revocations }));

    await expect(it.inspect({ spec: await it.driver() })).rejects.toMatchObject(
      refusal("driver-revoked", /It leaks/),
    );
  });

  it("is refused when somebody else signed it", async () => {
    const list = new RevocationAuthority().list(ago(1), []);
    await using it = await watched(new RevocationAuthority(), list);
    await expect(it.inspect({ spec: await it.driver() })).rejects.toMatchObject(
      refusal("revocations-invalid", /not signed with the configured key/),
    );
  });
});

describe("other work with drivers", () => {
  it("links a directory, which may change but not ask for more", async () => {
    await using it = await PackageWorld.open();
    await mkdir(it.at("project"));
    const spec = await it.driver();
    const linked = await it.install({ spec, link: true, lock: it.lock }, { grant: ["all"] });
    expect(linked).toMatchObject({ isLinked: true, source: `link:${spec}` });
    expect(linked.sha512).toBeUndefined();
    expect(await readdir(it.at("project"))).toEqual([]);

    await it.driver({ version: "1.1.0", ...WIDER });

    expect(await it.packages()).toMatchObject([{ version: "1.1.0", granted: [ASKED] }]);
    expect(await it.inspect({ spec, link: true })).toMatchObject({ isConfirmed: false });
  });

  it("removes a driver, from the project's lock file too", async () => {
    await using it = await PackageWorld.open();
    await mkdir(it.at("project"));
    const spec = await it.driver();
    await it.install({ spec, lock: it.lock }, { grant: ["none"] });

    const request = { name: "sample", lock: it.lock };
    expect(await it.helper.request("driver.remove", request)).toEqual({ version: "1.0.0" });

    expect(await it.packages()).toEqual([]);
    expect(await readFile(it.lock, "utf8")).toContain("drivers: {}");
    await expect(it.helper.request("driver.remove", request)).rejects.toMatchObject(
      refusal("not-found", /no driver sample/i),
    );
  });

  it("does not remove what a running operation uses", async () => {
    await using it = await PackageWorld.open();
    await it.install({ spec: await it.driver() }, { grant: ["all"] });
    const store = it.world.use(new Store(openHome(it.world.home)));
    const { id } = await it.running("sample", store);

    await expect(it.helper.request("driver.remove", { name: "sample" })).rejects.toMatchObject(
      refusal("busy", new RegExp(id)),
    );
    store.operations.dropResume(id);
    await it.helper.request("driver.remove", { name: "sample" });
  });

  it("refuses a driver that is called like one of Gantry's own", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver({ name: "docker" });
    await expect(it.inspect({ spec })).rejects.toMatchObject(
      refusal("package-invalid", /docker is the name of a driver/),
    );
  });

  it("is shown as unconfined, before it was ever started, when it may write everywhere", async () => {
    await using it = await PackageWorld.open();
    const spec = await it.driver({ powers: { write: ["/"] } });
    await it.install({ spec }, { grant: ["all"] });

    const { endpoints } = await it.helper.request("driver.list", {});

    expect(endpoints.find(({ name }) => name === "sample")).toMatchObject({
      probe: { state: "not-started" },
      confinement: "unconfined",
      weaker: ["everything: it may write everywhere, as granted"],
    });
  });

  it("gives the options of any driver without starting it", async () => {
    await using it = await PackageWorld.open();
    const optionsSchema = { type: "object", properties: { host: { type: "string" } } };
    await it.install({ spec: await it.driver({ optionsSchema }) }, { grant: ["all"] });

    const options = (name: string) => it.helper.request("driver.options", { name });

    expect(await options("sample")).toMatchObject({ version: "1.0.0", schema: optionsSchema });
    expect((await options("docker")).schema).toHaveProperty("properties.host");
    expect((await options("solo")).driver).toBe("fake");
    await expect(options("nobody")).rejects.toMatchObject(refusal("driver-unknown", /nobody/));
  });

  it("finds drivers in npm's registry", async () => {
    await using it = await PackageWorld.open();
    await it.publish("1.0.0");
    const { environment } = it;
    const found = await it.helper.request("driver.search", { text: "sample", environment });
    expect(found).toEqual({
      found: [
        {
          name: "gantry-driver-sample",
          version: "1.0.0",
          description: "About gantry-driver-sample",
          publisher: "someone",
          spec: "npm:gantry-driver-sample",
        },
      ],
    });
    await it.npm[Symbol.asyncDispose]();
    const away = await it.helper.request("driver.search", { environment });
    expect(away.notice).toMatch(/cannot be used/);
    expect(away.found.filter(({ spec }) => spec.startsWith("npm:"))).toEqual([]);
  });

  it.skipIf(!registry.available)(
    "publishes to an OCI registry and installs from there",
    async () => {
      await using it = await PackageWorld.open();
      const spec = await it.driver();
      const host = registry.available ? registry.registry : "";
      const reference = `oci://${host}/drivers/${crypto.randomUUID()}:1`;
      const cwd = it.world.dir;

      const pushed = await it.helper.request("driver.push", { spec, reference, cwd });

      expect(pushed).toMatchObject({ name: "sample", source: expect.stringContaining("@sha256:") });
      const installed = await it.install({ spec: reference }, { grant: ["all"] });
      expect(installed.source).toBe(pushed.source);
      expect(installed.sha512).toBe((await it.inspect({ spec })).sha512);
      const again = await it.helper.request("driver.push", { spec: "sample", reference, cwd });
      expect(again.source).toBe(pushed.source);
      await it.driver({ version: "7.0.0" }, "sample");
      const push = (one: string) => it.helper.request("driver.push", { spec: one, reference, cwd });
      await expect(push("sample")).rejects.toMatchObject(
        refusal("spec-invalid", /an installed driver, and a directory/),
      );
      expect(await push("./sample")).toMatchObject({ version: "7.0.0" });
      await expect(it.inspect({ spec: `oci://${host}/drivers/none:1` })).rejects.toMatchObject(
        refusal("not-found", /none/),
      );
      await expect(
        it.helper.request("driver.push", { spec, reference: "x", cwd }),
      ).rejects.toMatchObject(refusal("spec-invalid", /no place in a registry/));
    },
  );

  it.skipIf(!registry.available)(
    "updates from a registry to the highest version, and follows other tags",
    async () => {
      await using it = await PackageWorld.open();
      const host = registry.available ? registry.registry : "";
      const repository = `oci://${host}/drivers/${crypto.randomUUID()}`;
      const publish = async (version: string, tag: string) => {
        const spec = await it.driver({ version });
        const params = { spec, reference: `${repository}:${tag}`, cwd: it.world.dir };
        await it.helper.request("driver.push", params);
      };
      for (const version of ["1.9.0", "1.10.0", "2.0.0-beta.1"]) await publish(version, version);
      await publish("3.0.0", "edge");
      await it.install({ spec: `${repository}:1.9.0` }, { grant: ["all"] });

      const update = await it.inspect({ name: "sample" });
      await it.install({ spec: `${repository}:edge` });
      await publish("3.1.0", "edge");
      const moved = await it.inspect({ name: "sample" });

      expect(update.version).toBe("1.10.0");
      expect(moved.version).toBe("3.1.0");
    },
  );
});

const HEADER = `# The drivers that are used here: what they are, where they come from, and what they may do.
# Written by \`gantry drivers\`; commit it with a project. \`gantry drivers install --frozen\` installs exactly this.
`;

/** Changes one file of the one package in the store. */
async function flipByte(it: PackageWorld): Promise<void> {
  const store = it.at("home/driver-packages");
  const [name = ""] = (await readdir(store)).filter((one) => /^[0-9a-f]{128}$/.test(one));
  const file = join(store, name, "main.sh");
  await chmod(file, 0o755);
  await writeFile(file, "#!/bin/sh\nexit 2\n");
}

async function chmodAll(it: PackageWorld): Promise<void> {
  const { execFileSync } = await import("node:child_process");
  execFileSync("chmod", ["-R", "u+w", it.at("home/driver-packages")]);
}
