import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { invalidOptions } from "./errors.ts";

/** What is used of the docker CLI's `config.json`. */
const CliConfig = z.object({
  currentContext: z.string().optional(),
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});
export type CliConfig = z.infer<typeof CliConfig>;

const ContextMeta = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }),
  }),
});

/** An engine's address as a docker context keeps it. */
export interface ContextEndpoint {
  readonly host: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly tls: TlsFiles;
}

export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** The docker CLI's configuration in `dir`; empty when there is none. */
export async function readCliConfig(dir: string | undefined): Promise<CliConfig> {
  if (dir === undefined) return {};
  const file = join(dir, "config.json");
  const text = await readIfThere(file);
  if (text === undefined) return {};
  return parse(CliConfig, text, file);
}

/** The docker context `name` stored below `dir`. Throws `invalid-options` when there is no such context. */
export async function readContext(dir: string | undefined, name: string): Promise<ContextEndpoint> {
  const id = createHash("sha256").update(name).digest("hex");
  const root = join(dir ?? "", "contexts");
  const file = join(root, "meta", id, "meta.json");
  const text = dir === undefined ? undefined : await readIfThere(file);
  if (text === undefined) {
    throw invalidOptions(
      `Docker context ${name} does not exist.`,
      "Run docker context ls to see the contexts.",
    );
  }
  const { docker } = parse(ContextMeta, text, file).Endpoints;
  return {
    host: docker.Host,
    skipTlsVerify: docker.SkipTLSVerify === true,
    tls: await readTlsFiles(join(root, "tls", id, "docker")),
  };
}

/** `ca.pem`, `cert.pem` and `key.pem` in `dir`, as far as they are there. */
export async function readTlsFiles(dir: string): Promise<TlsFiles> {
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readIfThere(join(dir, name))),
  );
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw invalidOptions(`${file} cannot be read.`, "Correct its permissions.", cause);
  }
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  text: Buffer,
  file: string,
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text.toString("utf8")));
  } catch (cause) {
    throw invalidOptions(
      `${file} is not as the docker CLI writes it.`,
      "Correct or remove it.",
      cause,
    );
  }
}
