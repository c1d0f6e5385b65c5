import type { GivenValue } from "@gantry/protocol";
import { publishCall } from "../../publish/publish-form.ts";
import type { StartCall } from "../call.ts";
import { buildArgs } from "../command.ts";
import { type Field, type Form, flagOf, type Purpose } from "./form.ts";

/** The request that a filled-in form stands for; `undefined` when it asks for nothing of the daemon. */
export function formCall(form: Form, cwd: string): StartCall | undefined {
  const { purpose } = form;
  if (purpose.kind === "publish") return publishCall(form, purpose.source);
  if (purpose.kind === "build") return buildCall(form, purpose.source);
  return purpose.kind === "run" ? runCall(form, purpose, cwd) : undefined;
}

function buildCall(form: Form, source: Extract<Purpose, { kind: "build" }>["source"]): StartCall {
  const args = buildArgs(form).map((word): [string, string] => {
    const at = word.indexOf("=");
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return {
    method: "bundle.build",
    params: {
      source,
      ...driverOf(form),
      buildArgs: Object.fromEntries(args),
      noCache: flagOf(form, "no-cache") !== "",
      force: flagOf(form, "force") !== "",
      pull: flagOf(form, "pull") !== "",
    },
  };
}

function runCall(form: Form, purpose: Extract<Purpose, { kind: "run" }>, cwd: string): StartCall {
  const { action, source, installation } = purpose;
  const name = installation?.name ?? flagOf(form, "installation");
  const params = {
    source,
    cwd,
    namespace: installation?.namespace ?? flagOf(form, "namespace"),
    ...(name === "" ? {} : { installation: name }),
    ...driverOf(form),
    parameters: given(form.fields),
    credentials: secrets(form.fields),
  };
  switch (action) {
    case "install":
      return { method: "installation.install", params };
    case "upgrade":
      return { method: "installation.upgrade", params };
    case "invoke":
      return {
        method: "installation.invoke",
        params: { ...params, action: flagOf(form, "action") },
      };
    case "uninstall":
      return {
        method: "installation.uninstall",
        params: { ...params, delete: flagOf(form, "delete") !== "" },
      };
  }
}

function driverOf(form: Form): { readonly driver?: string } {
  const driver = flagOf(form, "driver");
  return driver === "" ? {} : { driver };
}

function given(fields: readonly Field[]): Record<string, GivenValue> {
  const filled = fields.filter(({ role, value }) => role === "parameter" && value !== "");
  return Object.fromEntries(filled.map(({ name, value }) => [name, { kind: "text", text: value }]));
}

function secrets(fields: readonly Field[]): Record<string, string> {
  const filled = fields.filter(({ role, value }) => role === "credential" && value !== "");
  return Object.fromEntries(filled.map(({ name, value }) => [name, value]));
}
