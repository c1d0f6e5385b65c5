import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Case, Requirement } from "../case.ts";
import type { EnvironmentEntry } from "../../run.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { OUTPUTS_DIR } from "../program.ts";
import { exitCodeOf, inputFile, runCase } from "./run-bench.ts";

const INPUTS: Requirement = { needs: ["program", "shell", "inputs"] };

const ODD_VALUES = [
  `double " and single '`,
  "two\nlines\n",
  "a=b=c",
  "$(exit 9) `id` $HOME \\n",
  "  spaces  ",
  "",
  "ünïcödé ☃",
  "--flag",
];

/** Names that an engine or a shell adds by itself. */
const OWN_NAMES = "PATH HOME HOSTNAME PWD OLDPWD SHLVL TERM USER LOGNAME SHELL LANG container _";

/** Environment and files reach the program as they were given, and nobody else. */
export const inputCases: readonly Case[] = [
  runCase(
    { id: "run.environment", title: "hands over odd values exactly", requires: INPUTS },
    async (bench) => {
      const environment = ODD_VALUES.map((value, index) => variable(`V${index}`, value));
      const script = environment.map(({ name }) => `printf %s "$${name}" > ${OUTPUTS_DIR}/${name}`);
      const { files } = await bench.finish(script.join("\n"), { environment });
      for (const { name, value } of environment) assert.equal(files.get(name)?.toString(), value);
    },
  ),
  runCase(
    {
      id: "run.environment-clean",
      title: "adds nothing of the host to the environment",
      requires: INPUTS,
    },
    async (bench) => {
      const { stdout } = await bench.finish("env", { environment: [variable("ONLY", "1")] });
      const names = stdout
        .trim()
        .split("\n")
        .map((line) => line.split("=")[0]);
      const known = new Set([...OWN_NAMES.split(" "), "ONLY"]);
      assert.deepEqual(
        names.filter((name) => name !== undefined && !known.has(name)),
        [],
      );
      assert.ok(names.includes("ONLY"));
    },
  ),
  runCase(
    {
      id: "run.secret-argv",
      title: "shows no sensitive value in the arguments of a process",
      requires: { needs: ["program", "host-processes"] },
    },
    async (bench) => {
      const secret = `secret${randomBytes(8).toString("hex")}`;
      await bench.start([{ sleepMs: 1_500 }], {
        environment: [{ name: "TOKEN", value: secret, sensitive: true }],
        files: [{ ...inputFile("/secrets/token", secret), sensitive: true }],
      });
      for (let look = 0; look < 5; look += 1) {
        assert.deepEqual(await processesShowing(secret), []);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  ),
  runCase(
    {
      id: "run.files",
      title: "puts files in place with mode and owner, bytes untouched",
      requires: INPUTS,
    },
    async (bench) => {
      const bytes = randomBytes(1_000_000);
      const { outcome, stdout, files } = await bench.finish(
        `cd /in-put/deep && ls -ln binary empty && cp binary empty ${OUTPUTS_DIR}/`,
        { files: [inputFile("/in-put/deep/binary", bytes), inputFile("/in-put/deep/empty", "")] },
      );
      assert.equal(exitCodeOf(outcome), 0, stdout);
      for (const line of stdout.trim().split("\n")) {
        const [mode, , uid, gid] = line.split(/\s+/);
        assert.equal(mode?.slice(0, 10), "-r--------", line);
        assert.deepEqual([uid, gid], [String(bench.image.uid), String(bench.image.gid)], line);
      }
      assert.ok(files.get("binary")?.equals(bytes), "the binary file changed");
      assert.equal(files.get("empty")?.length, 0);
    },
  ),
  runCase(
    { id: "run.file-exists", title: "refuses a file that the image has already", requires: INPUTS },
    async (bench) => {
      const spec = bench.spec("true", { files: [inputFile(bench.image.existingFile, "other")] });
      const error = await expectDriverError(bench.facet.start(spec, bench.signal), "file-exists");
      assert.ok(error.message.includes(bench.image.existingFile), error.message);
      await bench.assertGone(spec.id);
    },
  ),
  runCase(
    {
      id: "run.file-replace",
      title: "replaces a file of the image when asked to, for that run only",
      requires: INPUTS,
    },
    async (bench) => {
      const path = bench.image.existingFile;
      const before = (await bench.finish(`cat ${path}`)).stdout;
      const entry = { ...inputFile(path, "other\n"), existing: "replace" as const };
      assert.equal((await bench.finish(`cat ${path}`, { files: [entry] })).stdout, "other\n");
      assert.equal((await bench.finish(`cat ${path}`)).stdout, before);
    },
  ),
  runCase(
    {
      id: "run.directories",
      title: "leaves mode and owner of existing directories alone",
      requires: INPUTS,
    },
    async (bench) => {
      const dir = bench.image.existingFile.replace(/\/[^/]+$/, "") || "/";
      const script = `for d in / /tmp ${dir}; do ls -ldn $d | cut -c1-10; ls -ldn $d | awk '{print $3, $4}'; done`;
      const plain = await bench.finish(script);
      const files = [
        inputFile(`${dir}/added`, "x"),
        inputFile("/tmp/added", "x"),
        inputFile("/added", "x"),
      ];
      const withFiles = await bench.finish(script, { files });
      assert.equal(exitCodeOf(withFiles.outcome), 0);
      assert.equal(withFiles.stdout, plain.stdout);
    },
  ),
  runCase(
    { id: "run.files-gone", title: "keeps files from the next run", requires: INPUTS },
    async (bench) => {
      await bench.finish("true", { files: [inputFile("/in-put/once", "x")] });
      const { outcome } = await bench.finish("test ! -e /in-put/once");
      assert.equal(exitCodeOf(outcome), 0);
    },
  ),
];

function variable(name: string, value: string): EnvironmentEntry {
  return { name, value, sensitive: false };
}

async function processesShowing(secret: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(secret));
}
