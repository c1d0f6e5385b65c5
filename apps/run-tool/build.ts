import { chmod, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** Lets the bundler leave out whatever the run tool does not use, of our packages and of theirs. */
const pure: Plugin = {
  name: "pure",
  setup(bundler) {
    bundler.onResolve(
      { filter: /^(@gantry\/|zod|ajv|semver|canonicalize|dockerfile-ast)/ },
      async (args) => {
        if (args.pluginData === "resolved") return undefined;
        const found = await bundler.resolve(args.path, {
          kind: args.kind,
          resolveDir: args.resolveDir,
          importer: args.importer,
          pluginData: "resolved",
        });
        return { ...found, sideEffects: false };
      },
    );
  },
};

/**
 * Writes `dist/run`: one file, the same bytes for the same sources. It is neither an ES module nor CommonJS, because
 * a package.json among the bundle's files, which are beside it, would decide how Node reads it.
 */
async function buildRunTool(outfile: string): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("src/inside/main.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "iife",
    conditions: ["@gantry/source"],
    minify: true,
    legalComments: "none",
    charset: "utf8",
    lineLimit: 160,
    banner: { js: `#!/cnab/app/runtime/node\n(require=>{` },
    footer: { js: "})(name=>process.getBuiltinModule(name))" },
    alias: { yaml: fileURLToPath(import.meta.resolve("yaml")) },
    plugins: [pure],
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
}

await buildRunTool(process.argv[2] ?? fileURLToPath(new URL("dist/run", import.meta.url)));
