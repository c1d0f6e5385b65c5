import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Driver, RunSpec } from "@gantry/driver-api";
import type { ImageRef } from "@gantry/reports";
import { z } from "zod";
import { MeasureError } from "../errors.ts";
import type { Side } from "../measure.ts";
import { runProgram } from "../program.ts";
import { quote } from "./quote.ts";

const Blob = z.object({ digest: z.string() });
const Manifest = z.object({ config: Blob, layers: z.array(Blob) });
const Config = z.object({
  config: z.object({ Env: z.array(z.string()).default([]), User: z.string().default("") }),
});

export interface BareRun {
  readonly driver: Driver;
  readonly image: ImageRef;
  readonly spec: RunSpec;
  /** An empty directory. */
  readonly dir: string;
  readonly signal: AbortSignal;
}

const isRoot = process.getuid?.() === 0;

/** The program of `spec` in its image's file system with no more around it than `unshare` and two mounts: the least that isolates it. */
export async function bareRun(options: BareRun): Promise<Side> {
  const { spec, dir } = options;
  const root = join(dir, "rootfs");
  await mkdir(root);
  const { Env, User } = await unpack(options, root);
  await placeFiles(spec, root);
  const outputs = join(root, spec.outputsDir);
  const env = { ...Object.fromEntries(Env.map(toEntry)), ...environmentOf(spec) };
  const args = unshareArgs({ root, user: User, command: spec.command });
  return {
    prepare: () => emptyFor(outputs, User),
    run: async () => void (await runProgram("unshare", args, { env })),
  };
}

/** Puts the image's layers on top of each other. What later layers would delete stays, which changes no timing. */
async function unpack({ driver, image, dir, signal }: BareRun, root: string) {
  const layout = join(dir, "layout");
  const work = { signal, report: async () => undefined };
  const digest = await driver.images?.exportTo?.(image, layout, work);
  if (digest === undefined)
    throw new MeasureError("The local driver exports no image.", { hint: "" });
  const blob = (of: string): string => join(layout, "blobs", of.replace(":", "/"));
  const read = async (of: string): Promise<unknown> => JSON.parse(await readFile(blob(of), "utf8"));
  const { config, layers } = Manifest.parse(await read(digest));
  const owner = isRoot ? ["--same-owner", "--numeric-owner"] : ["--no-same-owner"];
  for (const layer of layers) {
    const args = ["-xpf", blob(layer.digest), ...owner, "--exclude=dev/*", "-C", root];
    await runProgram("tar", args, { env: process.env });
  }
  return Config.parse(await read(config.digest)).config;
}

async function placeFiles({ files }: RunSpec, root: string): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

async function emptyFor(dir: string, user: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  if (isRoot) await chown(dir, Number(user.split(":")[0] ?? 0) || 0, 0);
}

function environmentOf({ environment }: RunSpec): Record<string, string> {
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

function toEntry(variable: string): readonly [string, string] {
  const at = variable.indexOf("=");
  return [variable.slice(0, at), variable.slice(at + 1)];
}

interface Bare {
  readonly root: string;
  readonly user: string;
  readonly command: readonly string[];
}

function unshareArgs({ root, user, command }: Bare): readonly string[] {
  const identity = isRoot ? [] : ["--user", "--map-root-user"];
  const userspec =
    isRoot && user !== "" ? [`--userspec=${user.includes(":") ? user : `${user}:0`}`] : [];
  const chroot = ["chroot", ...userspec, root, ...command].map(quote).join(" ");
  const script = [
    `mount --rbind /dev ${quote(join(root, "dev"))}`,
    `mount -t proc proc ${quote(join(root, "proc"))}`,
    `exec ${chroot}`,
  ].join(" && ");
  return [...identity, "--mount", "--pid", "--ipc", "--uts", "--fork", "sh", "-c", script];
}
