import { canonicalJson, parseBundle } from "@gantry/cnab";
import { expect, test } from "vitest";
import { MINIMAL, parsed } from "./sample-manifest.ts";
import { toBundle } from "./to-bundle.ts";

const stamp = {
  manifestDigest: "d1",
  mixins: { exec: { version: "1" } },
  version: "0.1",
  commit: "c",
};

function source(name: string) {
  return { priority: ["output"], sources: { output: { name } } };
}

function bundleOf(added: string) {
  return toBundle(parsed(`${MINIMAL}${added}`), { image: "localhost:5000/sample:porter-1", stamp });
}

test("is valid and canonical, with Porter's internal parameters and outputs", () => {
  const bundle = bundleOf("");

  const { name, invocationImages, actions } = parseBundle(canonicalJson(bundle));
  expect({ name, invocationImages, actions }).toEqual({
    name: "sample",
    invocationImages: [{ imageType: "docker", image: "localhost:5000/sample:porter-1" }],
    actions: undefined,
  });
  expect(Object.keys(bundle.parameters ?? {})).toEqual(["porter-debug", "porter-state"]);
  expect(bundle.parameters?.["porter-state"]?.destination).toEqual({ path: "/porter/state.tgz" });
  expect(bundle.outputs?.["porter-state"]?.path).toBe("/cnab/app/outputs/porter-state");
  expect(bundle.definitions?.["porter-debug-parameter"]).toMatchObject({
    $comment: "porter-internal",
    type: "boolean",
    default: false,
  });
  expect(bundle.requiredExtensions).toEqual([
    "sh.porter.file-parameters",
    "io.cnab.parameter-sources",
  ]);
});

test("names definitions and destinations as Porter does", () => {
  const { parameters, outputs, credentials, definitions } = bundleOf(`
parameters:
  - {name: log-level.x, type: integer, default: 1, minimum: 0, description: How much}
  - {name: db-parameter, type: string, sensitive: true, applyTo: [install]}
  - {name: cfg, type: file, path: cfg.json}
credentials:
  - {name: kube, path: /root/.kube/config}
  - {name: opt, env: OPT, required: false, description: Maybe, applyTo: [install]}
outputs:
  - {name: id, type: string, sensitive: true}
  - {name: the-output, type: file, path: x}
`);

  expect(parameters?.["log-level.x"]).toEqual({
    definition: "log-level.x-parameter",
    destination: { env: "LOG_LEVEL_X" },
    description: "How much",
  });
  expect(definitions?.["log-level.x-parameter"]).toEqual({
    type: "integer",
    default: 1,
    minimum: 0,
    description: "How much",
  });
  expect(parameters?.["db-parameter"]).toMatchObject({
    definition: "db-parameter",
    required: true,
    applyTo: ["install"],
  });
  expect(definitions?.["db-parameter"]).toEqual({ type: "string", writeOnly: true });
  expect(parameters?.["cfg"]?.destination).toEqual({ path: "/cnab/app/cfg.json" });
  expect(definitions?.["cfg-parameter"]).toEqual({ type: "string", contentEncoding: "base64" });
  expect(credentials).toEqual({
    kube: { path: "/root/.kube/config", required: true },
    opt: { env: "OPT", required: false, description: "Maybe", applyTo: ["install"] },
  });
  expect(outputs?.["id"]).toEqual({ definition: "id-output", path: "/cnab/app/outputs/id" });
  expect(outputs?.["the-output"]?.definition).toBe("the-output");
  expect(definitions?.["id-output"]).toEqual({ type: "string", writeOnly: true });
});

test("wires outputs that steps read back, and parameters that are set from outputs", () => {
  const bundle = bundleOf(`
outputs: [{name: id, type: integer}, {name: unused, type: string}]
parameters: [{name: last, type: integer, source: {output: id}}]
upgrade:
  - exec: {command: echo, arguments: ["\${ bundle.outputs.id }"]}
`);

  expect(bundle.parameters?.["porter-id-output"]?.destination).toEqual({ env: "PORTER_ID_OUTPUT" });
  expect(bundle.definitions?.["porter-id-output"]).toMatchObject({
    type: "integer",
    $comment: "porter-internal",
  });
  expect(bundle.parameters).not.toHaveProperty("porter-unused-output");
  expect(bundle.custom?.["io.cnab.parameter-sources"]).toEqual({
    last: source("id"),
    "porter-id-output": source("id"),
    "porter-state": source("porter-state"),
  });
});

test("lists custom actions, images, extensions and the stamp", () => {
  const digest = `sha256:${"b".repeat(64)}`;
  const bundle = bundleOf(`
help: [{exec: {command: ls}}]
fix: [{exec: {command: ls}}]
images:
  db: {repository: mysql, digest: "${digest}", size: 3, labels: {os: linux}}
  web: {repository: example.com/web, tag: v1, imageType: oci, description: Front}
required: [docker, {org.example.x: {a: 1}}]
custom: {color: blue}
`);

  expect(bundle.actions).toEqual({
    help: { description: "help", modifies: false, stateless: true },
    fix: { description: "fix", modifies: true, stateless: false },
  });
  expect(bundle.images?.["db"]).toEqual({
    description: "",
    imageType: "docker",
    image: `mysql@${digest}`,
    contentDigest: digest,
    size: 3,
    labels: { os: "linux" },
  });
  expect(bundle.images?.["web"]).toMatchObject({ image: "example.com/web:v1", imageType: "oci" });
  expect(bundle.requiredExtensions?.slice(2)).toEqual(["io.cnab.docker", "org.example.x"]);
  expect(bundle.custom).toMatchObject({
    color: "blue",
    "io.cnab.docker": {},
    "org.example.x": { a: 1 },
    "sh.porter": { ...stamp, preserveTags: false },
  });
});

test("takes the image's digest over when it is known", () => {
  const contentDigest = `sha256:${"c".repeat(64)}`;
  const bundle = toBundle(parsed(MINIMAL), { image: "a/b@x", contentDigest, stamp });

  expect(bundle.invocationImages).toEqual([{ imageType: "docker", image: "a/b@x", contentDigest }]);
});
