import { resolve } from "node:path";
import { UsageError } from "../command-line/usage-error.ts";
import type { World } from "../world.ts";
import { readFields } from "./fields.ts";

export interface BuildSecret {
  readonly id: string;
  readonly file?: string;
  /** Base64. */
  readonly value?: string;
}

const FIELDS: ReadonlySet<string> = new Set(["id", "src", "source", "env", "type"]);

/** Reads docker's `--secret` spec: `id=ID,src=FILE`, `id=ID,env=VAR`, or `id=ID` for the variable of that name. */
export function readBuildSecret(
  word: string,
  { env, cwd }: Pick<World, "env" | "cwd">,
): BuildSecret {
  const fields = readFields("--secret", word);
  for (const key of fields.keys())
    if (!FIELDS.has(key)) throw bad(`it has an unknown key "${key}"`);
  const id = fields.get("id");
  if (id === undefined || id === "") throw bad("it has no id");
  const file = fields.get("src") ?? fields.get("source");
  const variable = fields.get("env");
  if (file !== undefined && variable !== undefined) throw bad(`"${id}" has both src and env`);
  if (file !== undefined) return { id, file: resolve(cwd, file) };
  const name = variable ?? id;
  const value = env[name];
  if (value === undefined) throw bad(`"${id}" is the variable ${name}, which is not set`);
  return { id, value: Buffer.from(value).toString("base64") };
}

/** Reads docker's `--ssh` spec: `default`, or `ID=SOCKET`. */
export function readSsh(word: string, { env, cwd }: Pick<World, "env" | "cwd">) {
  const at = word.indexOf("=");
  const id = at < 0 ? word : word.slice(0, at);
  const socket = at < 0 ? env["SSH_AUTH_SOCK"] : resolve(cwd, word.slice(at + 1));
  if (id !== "" && socket !== undefined && socket !== "") return { id, socket };
  throw new UsageError(`--ssh is "${word}", and there is no agent for it.`, {
    hint: "Start an agent so that SSH_AUTH_SOCK is set, or write --ssh ID=SOCKET.",
  });
}

function bad(why: string): UsageError {
  return new UsageError(`A value of --secret is not valid: ${why}.`, {
    hint: "Write --secret id=ID,src=FILE or --secret id=ID,env=VARIABLE.",
  });
}
