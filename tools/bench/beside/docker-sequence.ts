import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunSpec } from "@gantry/driver-api";
import type { DockerCli } from "./docker-cli.ts";
import type { Side } from "../measure.ts";
import { runProgram } from "../program.ts";
import { quote } from "./quote.ts";

/** Whom the run tool runs as. */
const OWNER = ["--owner=65532", "--group=0", "--numeric-owner"];

/**
 * The run of `spec` by hand: create, copy the files in, start and read what it prints to its end, copy the outputs out,
 * remove. One shell does it all, and `start --attach` waits as well, so that no process is counted that a user could spare.
 */
export async function dockerSequence(docker: DockerCli, spec: RunSpec, dir: string): Promise<Side> {
  const archive = await packFiles(spec, dir);
  const script = scriptOf(docker.program, { spec, archive, outputs: join(dir, "outputs.tar") });
  return { run: async () => void (await runProgram("sh", ["-ec", script], { env: docker.env })) };
}

interface Places {
  readonly spec: RunSpec;
  readonly archive: string;
  readonly outputs: string;
}

function scriptOf(program: string, { spec, archive, outputs }: Places): string {
  const [entrypoint = "", ...args] = spec.command;
  const variables = spec.environment.flatMap(({ name, value }) => ["--env", `${name}=${value}`]);
  const image = spec.image.id ?? spec.image.reference ?? "";
  const create = ["create", "--entrypoint", entrypoint, ...variables, image, ...args];
  const docker = quote(program);
  return [
    `id=$(${docker} ${create.map(quote).join(" ")})`,
    `${docker} cp - "$id:/" < ${quote(archive)}`,
    `${docker} start --attach "$id"`,
    `${docker} cp "$id:${spec.outputsDir}" - > ${quote(outputs)}`,
    `${docker} rm "$id"`,
  ].join("\n");
}

/** The files as the archive that `docker cp` takes, and with them the directory for the outputs. */
async function packFiles({ files, outputsDir }: RunSpec, dir: string): Promise<string> {
  const root = join(dir, "root");
  await mkdir(join(root, outputsDir), { recursive: true });
  for (const { path, content, mode } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode });
  }
  const archive = join(dir, "files.tar");
  const entries = [...files.map(({ path }) => path), outputsDir].map((path) => path.slice(1));
  const { env } = process;
  await runProgram("tar", [...OWNER, "-C", root, "-cf", archive, ...entries], { env });
  return archive;
}
