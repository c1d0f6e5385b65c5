import type { BundleSource } from "@gantry/protocol";
import type { StartCall } from "../state/call.ts";
import { flag } from "../state/form/bundle-forms.ts";
import { type Field, flagOf, type Form } from "../state/form/form.ts";

/** What is asked before a bundle is published. Nothing has to be filled in: the manifest says where to. */
export function publishForm(source: BundleSource, name: string): Form {
  const fields: Field[] = [
    flag("reference", {
      otherwise: "what the manifest says",
      help: "REGISTRY/NAME[:TAG] to publish to",
    }),
    flag("tag", { otherwise: "what the manifest says, or its version", help: "Another tag only" }),
    {
      ...flag("force", { otherwise: "no", help: "Replace a bundle that is there already" }),
      kind: "switch",
    },
    {
      ...flag("insecure-registry", { otherwise: "no", help: "Plain HTTP with the registry" }),
      kind: "switch",
    },
  ];
  const purpose = { kind: "publish", source } as const;
  return { title: `Publish ${name}`, purpose, fields, at: 0, isChecked: false };
}

/** The request that the form stands for. */
export function publishCall(form: Form, source: BundleSource): StartCall {
  const [reference, tag] = [flagOf(form, "reference"), flagOf(form, "tag")];
  return {
    method: "bundle.publish",
    params: {
      source,
      ...(reference === "" ? {} : { reference }),
      ...(tag === "" ? {} : { tag }),
      force: flagOf(form, "force") !== "",
      insecureRegistry: flagOf(form, "insecure-registry") !== "",
    },
  };
}

/** The flags of `gantry publish`. */
export function publishFlags(form: Form): readonly string[] {
  const valued = ["reference", "tag"].flatMap((name) => {
    const value = flagOf(form, name);
    return value === "" ? [] : [`--${name}`, value];
  });
  const switches = ["force", "insecure-registry"].filter((name) => flagOf(form, name) !== "");
  return [...valued, ...switches.map((name) => `--${name}`)];
}

/** What is about to be done, in a line for each thing. */
export function publishWords(form: Form): readonly string[] {
  const [reference, tag] = [flagOf(form, "reference"), flagOf(form, "tag")];
  const where = reference === "" ? "the place that the manifest names" : reference;
  return [
    `Its images and the bundle go to ${where}${tag === "" ? "" : `, as ${tag}`}.`,
    "It is built first if it changed; its tag is set last.",
    flagOf(form, "force") === ""
      ? "Refused if a bundle is there already."
      : "A bundle that is there already is replaced.",
    ...(flagOf(form, "insecure-registry") === ""
      ? []
      : ["Plain HTTP: anybody between may change it."]),
  ];
}
