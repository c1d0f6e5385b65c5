import {
  type DockerfileTemplate,
  type TemplateLayout,
  TOKENS,
  type Token,
  readTemplate,
} from "./dockerfile-template.ts";
import type { Manifest } from "./manifest.ts";
import { type ContextEntry, userFileLines } from "./user-files.ts";

export interface BundleDockerfileOptions {
  readonly manifest: Pick<Manifest, "path" | "text">;
  /** The file that `dockerfile:` names; without it the default is used. */
  readonly template?: DockerfileTemplate;
  /** Dockerfile lines of the mixins, in the order of the manifest. */
  readonly mixinLines?: readonly string[];
  /** The top level of the build context, after `.dockerignore`. */
  readonly entries: readonly ContextEntry[];
  /** Names at the top level that stay out of the image besides `.cnab` and the manifest. */
  readonly exclude?: readonly string[];
  /** Where in the context `app/runtime/node` is. */
  readonly runtimeDir?: string;
}

export interface BundleDockerfile {
  /** The same for the same input, to the byte. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Where the build keeps what it generates, in the context. */
export const CNAB_DIR = ".cnab";
/** Holds `app/runtime/node`, and with that the shape of `/cnab`. */
export const RUNTIME_DIR = `${CNAB_DIR}/runtime`;

/** Needs nothing of its base image but what Node needs: glibc, libstdc++ and libgcc. No instruction runs anything. */
const DEFAULT_TEMPLATE = {
  path: "the default template",
  text: "ARG BASE=debian:stable-slim\nFROM ${BASE}\n",
};

const OWNER = "65532:0";

/**
 * The Dockerfile of an invocation image: the template with Node right after the final stage's FROM, then the tokens'
 * lines, and the user's files and the bundle's own at the end. Throws a `DockerfileError`.
 */
export function bundleDockerfile(options: BundleDockerfileOptions): BundleDockerfile {
  const layout = readTemplate(options.template ?? DEFAULT_TEMPLATE);
  const mixins = options.mixinLines ?? [];
  const written = [...layout.lines, ...mixins].join("\n");
  const needsUser = namesUser(written, options);
  const needsArgs =
    (layout.tokens.get("PORTER_INIT") ?? []).length > 0 ||
    /\bBUNDLE_[A-Z]+\b/.test(written) ||
    needsUser;
  const init = needsArgs ? initLines(needsUser) : [];
  const { runtimeDir = RUNTIME_DIR } = options;
  const head = [...runtimeLines(runtimeDir), ...(hasToken("PORTER_INIT", layout) ? [] : init)];
  const body = fill(layout, { head, init, mixins });
  const tail = [
    ...(hasToken("PORTER_MIXINS", layout) ? [] : mixins),
    ...closingLines({
      options,
      needsArgs,
      hasHome: needsUser || /^\s*ENV\s+HOME\b/im.test(written),
    }),
  ];
  return { text: `${[...body, ...tail].join("\n")}\n`, warnings: warningsOf(layout) };
}

/** Some bundles count on the home directory of the user that Porter makes; making it needs the base's `useradd`. */
function namesUser(written: string, { template, manifest }: BundleDockerfileOptions): boolean {
  if (/\bBUNDLE_USER\b|\bnonroot\b/.test(written)) return true;
  return template !== undefined && /\/home\/nonroot\b/.test(manifest.text);
}

/** A token counts only where its lines would take effect. */
function hasToken(token: Token, layout: TemplateLayout): boolean {
  return finalToken(token, layout) !== undefined;
}

function finalToken(token: Token, { tokens, finalFrom }: TemplateLayout): number | undefined {
  return tokens.get(token)?.find((line) => line > finalFrom);
}

function fill(
  layout: TemplateLayout,
  { head, init, mixins }: Readonly<Record<"head" | "init" | "mixins", readonly string[]>>,
): readonly string[] {
  const dropped = new Set([...layout.tokens.values()].flat());
  const initLine = finalToken("PORTER_INIT", layout);
  const mixinLine = finalToken("PORTER_MIXINS", layout);
  return layout.lines.flatMap((line, index) => [
    ...(dropped.has(index) ? [] : [line]),
    ...(index === layout.finalFrom ? head : []),
    ...(index === initLine ? init : []),
    ...(index === mixinLine ? mixins : []),
  ]);
}

/** No ARG may come before, and nothing that changes more often: this layer is large and shared by all bundles. */
function runtimeLines(runtimeDir: string): readonly string[] {
  return [
    "# No syntax directive: the frontend it names would have to be pulled, which fails without a network.",
    `COPY --chown=${OWNER} --chmod=0775 ${runtimeDir}/ /cnab/`,
  ];
}

function initLines(needsUser: boolean): readonly string[] {
  const create = "RUN useradd ${BUNDLE_USER} -m -u ${BUNDLE_UID} -g ${BUNDLE_GID} -o";
  return [
    "ARG BUNDLE_DIR=/cnab/app",
    "ARG BUNDLE_UID=65532",
    "ARG BUNDLE_USER=nonroot",
    "ARG BUNDLE_GID=0",
    ...(needsUser ? [create] : []),
  ];
}

interface Closing {
  readonly options: BundleDockerfileOptions;
  readonly needsArgs: boolean;
  readonly hasHome: boolean;
}

function closingLines({ options, needsArgs, hasHome }: Closing): readonly string[] {
  const owner = needsArgs ? "${BUNDLE_UID}:${BUNDLE_GID}" : OWNER;
  const manifestName = options.manifest.path.split("/").at(-1) ?? "";
  const exclude = [CNAB_DIR, manifestName, ...(options.exclude ?? [])];
  return [
    ...userFileLines(
      options.entries.filter(({ name }) => !exclude.includes(name)),
      owner,
    ),
    `COPY --chown=${owner} --chmod=0775 ${CNAB_DIR}/app/ /cnab/app/`,
    `COPY ${CNAB_DIR}/Dockerfile /cnab/build/Dockerfile`,
    ...(hasHome ? [] : ["ENV HOME=/cnab/app"]),
    `USER ${needsArgs ? "${BUNDLE_UID}" : "65532"}`,
    "WORKDIR /cnab/app",
    'ENTRYPOINT ["/cnab/app/run"]',
  ];
}

function warningsOf(layout: TemplateLayout): readonly string[] {
  return TOKENS.flatMap((token) =>
    (layout.tokens.get(token) ?? [])
      .filter((line) => line !== finalToken(token, layout))
      .map(
        (line) =>
          `line ${line + 1}: "# ${token}" is ignored here; it belongs once in the final stage`,
      ),
  );
}
