import { describe, expect, it } from "vitest";
import { newClaim } from "../claims/claim.ts";
import { InputError } from "../problem.ts";
import { bundleTaking, bundleWith, documentWith, thrownBy } from "../testing/bundle.ts";
import { type Injection, type InjectionRequest, injectionFor } from "./injection.ts";

const plain = bundleWith();

function inject(request: Partial<InjectionRequest> = {}): Injection {
  return injectionFor({
    bundle: plain,
    bundleBytes: new Uint8Array(),
    action: "install",
    installation: "Lady MacBeth",
    revision: "01J00000000000000000000000",
    parameters: {},
    credentials: {},
    ...request,
  });
}

function variablesOf({ environment }: Injection): Readonly<Record<string, string>> {
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

function filesOf({ files }: Injection): Readonly<Record<string, string>> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return Object.fromEntries(files.map(({ path, content }) => [path, decoder.decode(content)]));
}

function withCredential(credential: Readonly<Record<string, unknown>>) {
  return bundleWith({ credentials: { token: credential } });
}

function refusal(request: Partial<InjectionRequest>) {
  const error = thrownBy(() => inject(request));
  expect(error).toBeInstanceOf(InputError);
  expect(JSON.stringify(error)).not.toContain("hunter2");
  return error;
}

describe("what CNAB itself tells the image", () => {
  it("[R-03, R-05] is the action, the names and the revision", () => {
    expect(variablesOf(inject())).toEqual({
      CNAB_ACTION: "install",
      CNAB_BUNDLE_NAME: "hello",
      CNAB_BUNDLE_VERSION: "1.0.0",
      CNAB_INSTALLATION_NAME: "Lady MacBeth",
      CNAB_REVISION: "01J00000000000000000000000",
    });
  });

  it("[R-02] is the bundle, byte by byte as it was received", () => {
    const bundleBytes = new TextEncoder().encode(JSON.stringify(documentWith(), undefined, 3));
    const { files } = inject({ bundleBytes });

    expect(files[0]).toEqual({
      path: "/cnab/bundle.json",
      content: bundleBytes,
      sensitive: false,
      existing: "replace",
    });
  });

  it("[C-08, C-09] is the claim of this very run, and that there are claims", () => {
    const parameters = { it: "hunter2" };
    const claim = newClaim({ bundle: plain, action: "install", installation: "a", parameters });
    const injection = inject({ claim, revision: claim.revision, installation: "a" });
    const file = injection.files.find(({ path }) => path === "/cnab/claim.json");

    expect(variablesOf(injection)).toMatchObject({
      CNAB_CLAIMS_VERSION: "CNAB-Claims-1.0.0",
      CNAB_REVISION: claim.revision,
    });
    expect(JSON.parse(filesOf(injection)["/cnab/claim.json"] ?? "")).toEqual(claim);
    expect(file?.sensitive).toBe(true);
  });

  it("is no claim when the run is not recorded", () => {
    expect(Object.keys(variablesOf(inject()))).not.toContain("CNAB_CLAIMS_VERSION");
    expect(Object.keys(filesOf(inject()))).not.toContain("/cnab/claim.json");
  });

  it("is where images were relocated to, if they were", () => {
    const path = "/cnab/app/relocation-mapping.json";

    expect(filesOf(inject({ relocation: { "a:1": "b/a:1" } }))[path]).toBe('{"a:1":"b/a:1"}');
    expect(filesOf(inject({ relocation: {} }))[path]).toBeUndefined();
    expect(filesOf(inject())[path]).toBeUndefined();
  });

  it("is the image map, empty if there is none", () => {
    const path = "/cnab/app/image-map.json";
    const images = { web: { image: "nginx:1" } };

    expect(filesOf(inject())[path]).toBe("{}");
    expect(filesOf(inject({ bundle: bundleWith({ images }) }))[path]).toBe(JSON.stringify(images));
    expect(filesOf(inject({ images }))[path]).toBe(JSON.stringify(images));
  });
});

describe("how the image receives a parameter", () => {
  it.each([
    ["", ""],
    ['"quoted" \\ text\nnext', '"quoted" \\ text\nnext'],
    ["größe €", "größe €"],
    [true, "true"],
    [23, "23"],
    [0.5, "0.5"],
    [null, "null"],
    [{ foo: 23, bar: ["<&>"] }, '{"foo":23,"bar":["<&>"]}'],
    [[1, "two"], '[1,"two"]'],
  ])("[P-06, P-08] %j in a variable is %j", (value, text) => {
    const injection = inject({ bundle: bundleTaking({}), parameters: { it: value } });

    expect(variablesOf(injection)["IT"]).toBe(text);
  });

  it.each(["integer", "boolean", "object", "string"])(
    "[P-05] %s without a value as the empty string",
    (type) => {
      const bundle = bundleTaking({ type }, { destination: { env: "IT", path: "/it" } });
      const injection = inject({ bundle });

      expect(variablesOf(injection)["IT"]).toBe("");
      expect(filesOf(injection)["/it"]).toBe("");
    },
  );

  it("[P-07, P-10] in both when both are declared, the file as UTF-8 and unchanged", () => {
    const bundle = bundleTaking({}, { destination: { env: "IT", path: "/etc/it" } });
    const injection = inject({ bundle, parameters: { it: "é\nno end of line" } });

    expect(variablesOf(injection)["IT"]).toBe("é\nno end of line");
    expect(injection.files.at(-1)).toEqual({
      path: "/etc/it",
      content: Uint8Array.from(Buffer.from("c3a90a6e6f20656e64206f66206c696e65", "hex")),
      sensitive: false,
      existing: "refuse",
    });
  });

  it.each([
    ["var/x", "/var/x"],
    ["./var//x", "/var/x"],
    ["/var/./x", "/var/x"],
  ])("[P-11] at %j means %j", (path, rooted) => {
    const bundle = bundleTaking({}, { destination: { path } });

    expect(filesOf(inject({ bundle, parameters: { it: "v" } }))[rooted]).toBe("v");
  });

  it("[P-12] at a path of another system means the same below the root", () => {
    const bundle = bundleTaking({}, { destination: { path: "c:\\dir\\foo.txt" } });

    expect(filesOf(inject({ bundle, parameters: { it: "v" } }))["/dir/foo.txt"]).toBe("v");
  });

  it("[P-14] not at all when it is for other actions", () => {
    const bundle = bundleTaking({}, { applyTo: ["upgrade"] });

    expect(Object.keys(variablesOf(inject({ bundle, parameters: { it: "v" } })))).not.toContain(
      "IT",
    );
  });

  it("marked when it is sensitive", () => {
    const destination = { env: "IT", path: "/it" };
    const bundle = bundleTaking({ type: "string", writeOnly: true }, { destination });
    const { environment, files } = inject({ bundle, parameters: { it: "hunter2" } });

    expect(environment.at(-1)).toEqual({ name: "IT", value: "hunter2", sensitive: true });
    expect(files.at(-1)?.sensitive).toBe(true);
  });
});

describe("how the image receives a credential", () => {
  it("[P-16] in its variable and in its file, always marked", () => {
    const bundle = withCredential({ env: "TOKEN", path: "home/token" });
    const { environment, files } = inject({ bundle, credentials: { token: "t" } });

    expect(environment.at(-1)).toEqual({ name: "TOKEN", value: "t", sensitive: true });
    expect(files.at(-1)).toEqual({
      path: "/home/token",
      content: new TextEncoder().encode("t"),
      sensitive: true,
      existing: "refuse",
    });
  });

  it("not at all when it was not given, or is for other actions", () => {
    const bundle = withCredential({ env: "TOKEN", applyTo: ["upgrade"] });

    expect(variablesOf(inject({ bundle: withCredential({ env: "TOKEN" }) }))).not.toHaveProperty(
      "TOKEN",
    );
    expect(variablesOf(inject({ bundle, credentials: { token: "t" } }))).not.toHaveProperty(
      "TOKEN",
    );
  });
});

describe("what is refused of an injection", () => {
  it.each([{ env: "X" }, { path: "/x" }])(
    "[P-17] a parameter and a credential at the same place: %j",
    (destination) => {
      const bundle = bundleWith({
        definitions: { kind: {} },
        parameters: { it: { definition: "kind", destination } },
        credentials: { token: destination },
      });
      const given = { parameters: { it: "p" }, credentials: { token: "hunter2" } };

      expect(refusal({ bundle, ...given })).toMatchObject({ code: "destination-shared" });
    },
  );

  it.each([{ env: "CNAB_ACTION" }, { path: "/cnab/claim.json" }, { path: "cnab/app/run" }])(
    "[P-18] what would replace CNAB's own: %j",
    (destination) => {
      const code = "destination-reserved";

      expect(refusal({ bundle: bundleTaking({}, { destination }) })).toMatchObject({ code });
      expect(refusal({ bundle: withCredential(destination) })).toMatchObject({ code });
    },
  );

  it.each(["../etc/passwd", "/a/../../etc/passwd", "/a/"])("the path %j", (path) => {
    expect(refusal({ bundle: withCredential({ path }) })).toMatchObject({ code: "destination" });
  });

  it.each([
    ["a NUL character", "hunter2\0"],
    ["more than 128 KiB", "hunter2".repeat(20_000)],
  ])("a value that no variable can hold: %s", (_, value) => {
    const bundle = withCredential({ env: "TOKEN" });

    expect(refusal({ bundle, credentials: { token: value } })).toMatchObject({
      code: "invalid-value",
      hint: expect.stringContaining("give it a path"),
    });
    expect(
      filesOf(inject({ bundle: withCredential({ path: "/t" }), credentials: { token: value } }))[
        "/t"
      ],
    ).toBe(value);
  });

  it("nothing because of another action's destinations", () => {
    const bundle = withCredential({ env: "CNAB_ACTION", applyTo: ["upgrade"] });

    expect(variablesOf(inject({ bundle }))["CNAB_ACTION"]).toBe("install");
  });
});
