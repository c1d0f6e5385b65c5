import { expect, test } from "vitest";
import { bundleDockerfile } from "./bundle-dockerfile.ts";
import { DockerfileError } from "./dockerfile-template.ts";

const manifest = { path: "dir/porter.yaml", text: "" };
const NODE_COPY = "COPY --chown=65532:0 --chmod=0775 .cnab/runtime/ /cnab/";

function linesOf(options: Partial<Parameters<typeof bundleDockerfile>[0]>): readonly string[] {
  const { text } = bundleDockerfile({ manifest, entries: [], ...options });
  return text.split("\n").filter((line) => !line.startsWith("# No syntax"));
}

function fromTemplate(text: string): readonly string[] {
  return linesOf({ template: { path: "template.Dockerfile", text } });
}

test("needs nothing of the default base: no instruction runs anything", () => {
  const lines = linesOf({
    entries: [
      { name: "scripts", directory: true },
      { name: "helpers.sh", directory: false },
      { name: "a b", directory: false },
      { name: ".cnab", directory: true },
      { name: "porter.yaml", directory: false },
      { name: "secret.txt", directory: false },
    ],
    exclude: ["secret.txt"],
  });

  expect(lines).toEqual([
    "ARG BASE=debian:stable-slim",
    "FROM ${BASE}",
    NODE_COPY,
    'COPY --chown=65532:0 ["a b","helpers.sh","/cnab/app/"]',
    "COPY --chown=65532:0 scripts/ /cnab/app/scripts/",
    "COPY --chown=65532:0 --chmod=0775 .cnab/app/ /cnab/app/",
    "COPY .cnab/Dockerfile /cnab/build/Dockerfile",
    "ENV HOME=/cnab/app",
    "USER 65532",
    "WORKDIR /cnab/app",
    'ENTRYPOINT ["/cnab/app/run"]',
    "",
  ]);
});

test("uses nothing that an old built-in frontend lacks, and asks for no other frontend", () => {
  const { text } = bundleDockerfile({ manifest, entries: [{ name: "x", directory: false }] });

  expect(text).not.toMatch(/--link|--exclude|--parents|<<|# *syntax *=/);
});

test("puts Node after the final FROM, before any ARG, whatever the stages", () => {
  const lines = fromTemplate(`ARG BASE=debian
FROM golang AS build
RUN <<EOF
FROM not-a-stage
# PORTER_MIXINS
EOF
FROM \${BASE} \\
  AS final
ARG X
RUN true
`);

  expect(lines.slice(6, 11)).toEqual([
    "FROM ${BASE} \\",
    "  AS final",
    NODE_COPY,
    "ARG X",
    "RUN true",
  ]);
  expect(lines).toContain("# PORTER_MIXINS");
});

test("replaces tokens in the final stage and keeps the arguments usable", () => {
  const lines = linesOf({
    mixinLines: ["RUN install-tool"],
    template: {
      path: "t",
      text: "# syntax=docker/dockerfile:1\nFROM a\nRUN one\n  # PORTER_INIT  \nRUN two\n# PORTER_MIXINS\nCOPY x ${BUNDLE_DIR}/\n",
    },
  });

  expect(lines.slice(0, 12)).toEqual([
    "# syntax=docker/dockerfile:1",
    "FROM a",
    NODE_COPY,
    "RUN one",
    "ARG BUNDLE_DIR=/cnab/app",
    "ARG BUNDLE_UID=65532",
    "ARG BUNDLE_USER=nonroot",
    "ARG BUNDLE_GID=0",
    "RUN two",
    "RUN install-tool",
    "COPY x ${BUNDLE_DIR}/",
    "COPY --chown=${BUNDLE_UID}:${BUNDLE_GID} --chmod=0775 .cnab/app/ /cnab/app/",
  ]);
  expect(lines).toContain("USER ${BUNDLE_UID}");
});

test("makes the named user only when somebody names it", () => {
  const without = fromTemplate("FROM a\n# PORTER_INIT\n");
  const lines = fromTemplate("FROM a\nCOPY --chown=${BUNDLE_USER} x /x\n");

  expect(without.join()).not.toContain("useradd");
  expect(lines[6]).toBe("RUN useradd ${BUNDLE_USER} -m -u ${BUNDLE_UID} -g ${BUNDLE_GID} -o");
  expect(lines).not.toContain("ENV HOME=/cnab/app");
  const counted = linesOf({
    manifest: { path: "porter.yaml", text: "path: /home/nonroot/.kube/config" },
    template: { path: "t", text: "FROM a\n" },
  });
  expect(counted.join("\n")).toContain("RUN useradd");
});

test("adds the mixins' lines at the end when no token says where", () => {
  const lines = linesOf({
    mixinLines: ["RUN apt-get update", "RUN cd $BUNDLE_DIR"],
    template: { path: "t", text: "FROM a\r\nRUN own\r\n\r\n" },
  });

  expect(lines.slice(0, 9)).toEqual([
    "FROM a",
    NODE_COPY,
    "ARG BUNDLE_DIR=/cnab/app",
    "ARG BUNDLE_UID=65532",
    "ARG BUNDLE_USER=nonroot",
    "ARG BUNDLE_GID=0",
    "RUN own",
    "RUN apt-get update",
    "RUN cd $BUNDLE_DIR",
  ]);
});

test("warns of a token where it has no effect, and does not take longer words for tokens", () => {
  const { text, warnings } = bundleDockerfile({
    manifest,
    entries: [],
    template: { path: "t", text: "# PORTER_INIT\nFROM a\n# PORTER_INITIAL thoughts\n" },
  });

  expect(warnings).toEqual([
    'line 1: "# PORTER_INIT" is ignored here; it belongs once in the final stage',
  ]);
  expect(text).toContain("# PORTER_INITIAL thoughts");
});

test("takes names as they are, not as patterns", () => {
  const lines = linesOf({ entries: [{ name: "a*[b]$c", directory: false }] });

  expect(lines[3]).toBe('COPY --chown=65532:0 ["a[*][[]b]\\\\$c","/cnab/app/"]');
});

test("refuses a template without a stage", () => {
  expect(() => fromTemplate("RUN true\n")).toThrow(DockerfileError);
  expect(() => fromTemplate("")).toThrow("template.Dockerfile:1: the template has no FROM");
});
