import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { TEMPLATES } from "./src/create/driver-templates.ts";

/** Lets the bundler leave out whatever a command does not use, of our packages and of theirs. */
const pure: Plugin = {
  name: "pure",
  setup(bundler) {
    bundler.onResolve({ filter: /^(@gantry\/|zod|ajv|semver|canonicalize|ws$)/ }, async (args) => {
      if (args.pluginData === "resolved") return undefined;
      const { path, errors, warnings } = await bundler.resolve(args.path, {
        kind: args.kind,
        resolveDir: args.resolveDir,
        importer: args.importer,
        pluginData: "resolved",
      });
      return { path, errors, warnings, sideEffects: false };
    });
  },
};

/** Commander can run other programs as sub-commands; ours never do, and loading what that needs takes time. */
const noPrograms: Plugin = {
  name: "no-programs",
  setup(bundler) {
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("commander") ? { path: "child_process", namespace: "nothing" } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({
      contents: "export default {};",
    }));
  },
};

/** The terminal UI is a file of its own, read by `gantry ui` alone. */
const uiApart: Plugin = {
  name: "ui-apart",
  setup(bundler) {
    bundler.onResolve({ filter: /^@gantry\/tui$/ }, () => ({
      path: "./gantry-ui.mjs",
      external: true,
    }));
  },
};

/** Ink can be watched by React's developer tools, which are not there. */
const noDevtools: Plugin = {
  name: "no-devtools",
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({
      path: "devtools",
      namespace: "nothing",
    }));
    bundler.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({
      contents: "export default {};",
    }));
  },
};

/** What CommonJS packages inside of an ES module need. */
const REQUIRE = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);`;

/** Ink waits for its layout engine while it loads, which only an ES module can. */
async function buildUi(outDir: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("../tui/src/index.ts", import.meta.url))],
    outfile: join(outDir, "gantry-ui.mjs"),
    bundle: true,
    platform: "node",
    target: "node26",
    format: "esm",
    conditions: ["@gantry/source"],
    minify: true,
    legalComments: "none",
    banner: { js: REQUIRE },
    define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
    plugins: [noDevtools, pure],
    logLevel: "warning",
  });
}

/** The file that is run: it turns on V8's code cache, which the rest is then read through. */
const STARTER = `"use strict";
require("node:module").enableCompileCache?.();
require("./gantry.cjs");
`;

/**
 * Writes `gantry.js` and what it needs into `outDir`. One CommonJS file, the terminal UI apart: it starts faster than ES modules do, and the
 * modules in it that a command does not ask for are never evaluated.
 */
async function buildCli(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await rm(join(outDir, "gantry.cjs"), { force: true });
  await build({
    entryPoints: [fileURLToPath(new URL("src/main.ts", import.meta.url))],
    outfile: join(outDir, "gantry.cjs"),
    bundle: true,
    platform: "node",
    target: "node26",
    format: "cjs",
    conditions: ["@gantry/source"],
    minify: true,
    legalComments: "none",
    plugins: [uiApart, pure, noPrograms],
    logLevel: "warning",
  });
  await buildUi(outDir);
  await writeFile(join(outDir, "package.json"), '{ "type": "commonjs" }\n');
  await writeFile(join(outDir, "gantry.js"), STARTER);
  for (const [language, path] of Object.entries(TEMPLATES)) {
    const target = join(outDir, "templates", language);
    await rm(target, { recursive: true, force: true });
    const from = fileURLToPath(new URL(path, import.meta.url));
    const filter = (file: string): boolean =>
      !/\/(__pycache__|node_modules)(\/|$)/.test(file.slice(from.length));
    await cp(from, target, { recursive: true, filter });
  }
}

await buildCli(process.argv[2] ?? fileURLToPath(new URL("bundle", import.meta.url)));
