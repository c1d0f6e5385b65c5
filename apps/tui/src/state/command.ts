import type { BundleSource } from "@gantry/protocol";
import { publishFlags } from "../publish/publish-form.ts";
import type { Field, Form } from "./form/form.ts";
import { flagOf } from "./form/form.ts";
import type { InstallationKey } from "./resource.ts";

/** A command line of words, quoted as a POSIX shell needs it. */
export function commandLine(...words: readonly (string | readonly string[])[]): string {
  return ["gantry", ...words.flat()].map(quoteWord).join(" ");
}

/** A word as a POSIX shell takes it for one. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words that name an installation: its name, and its namespace if it has one. */
export function wordsOf({ name, namespace }: InstallationKey): readonly string[] {
  return namespace === "" ? [name] : [name, "--namespace", namespace];
}

/** The words that name a bundle. */
export function sourceWords({ file, cnabFile, dir }: BundleSource): readonly string[] {
  if (cnabFile !== undefined) return ["--cnab-file", cnabFile];
  if (file !== undefined) return ["--file", file];
  return dir === undefined ? [] : ["--file", `${dir}/porter.yaml`];
}

/** The command that does what a form does. Secrets are named, never shown. */
export function formCommand(form: Form): string {
  const { purpose, fields } = form;
  const driver = flagOf(form, "driver");
  const driverWords = driver === "" ? [] : ["--driver", driver];
  if (purpose.kind === "open")
    return commandLine("build", "--file", flagOf(form, "path") || "porter.yaml");
  if (purpose.kind === "publish")
    return commandLine("publish", sourceWords(purpose.source), publishFlags(form));
  if (purpose.kind === "build") {
    const switches = ["no-cache", "force", "pull"].filter((name) => flagOf(form, name) !== "");
    return commandLine(
      "build",
      sourceWords(purpose.source),
      driverWords,
      switches.map((name) => `--${name}`),
      buildArgs(form).flatMap((word) => ["--build-arg", word]),
    );
  }
  if (purpose.kind !== "run") return endpointCommand(form);
  const { action, source, installation } = purpose;
  const namespace = installation?.namespace ?? flagOf(form, "namespace");
  const name = installation?.name ?? flagOf(form, "installation");
  return commandLine(
    action,
    name === "" ? [] : [name],
    namespace === "" ? [] : ["--namespace", namespace],
    action === "invoke" ? ["--action", flagOf(form, "action")] : [],
    sourceWords(source),
    fields.flatMap(inputWords),
    driverWords,
    flagOf(form, "delete") === "" ? [] : ["--delete"],
  );
}

function endpointCommand(form: Form): string {
  const key = `endpoints.${flagOf(form, "name") || "NAME"}.driver`;
  return commandLine("config", "set", key, flagOf(form, "driver"));
}

function inputWords({ role, name, kind, value }: Field): readonly string[] {
  if (value === "" || role === "flag") return [];
  if (role === "credential") return ["--cred", `${name}=env:${variableOf(name)}`];
  return ["--param", `${name}=${kind === "secret" ? "******" : value}`];
}

function variableOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

export function buildArgs(form: Form): readonly string[] {
  return flagOf(form, "build-arg")
    .split(" ")
    .filter((word) => word.includes("="));
}
