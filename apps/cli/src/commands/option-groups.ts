import type { OptionGroup, OptionSpec } from "../command-line/spec.ts";

export const OUTPUT: OptionSpec = {
  name: "output",
  short: "o",
  value: "FORMAT",
  help: "plaintext or json [GANTRY_OUTPUT]",
  choices: ["plaintext", "json"],
  env: "GANTRY_OUTPUT",
};

export const NAMESPACE: OptionSpec = {
  name: "namespace",
  short: "n",
  value: "NAME",
  help: "Namespace [GANTRY_NAMESPACE]",
  env: "GANTRY_NAMESPACE",
};

export const DRIVER: OptionSpec = {
  name: "driver",
  short: "d",
  value: "NAME",
  help: "Endpoint; default: chosen [GANTRY_DRIVER]",
  env: "GANTRY_DRIVER",
};

export const FILE: OptionSpec = {
  name: "file",
  short: "f",
  value: "PATH",
  help: "Manifest (default: porter.yaml here)",
};

export const REFERENCE: OptionSpec = {
  name: "reference",
  short: "r",
  value: "REF",
  help: "Published bundle, REGISTRY/NAME[:TAG]",
};

/** The other ways to name a bundle, in one line of the help. */
export const FROM_FILES: readonly OptionSpec[] = [
  { ...FILE, help: "porter.yaml (default: here); bundle.json" },
  { name: "cnab-file", value: "PATH", isBeside: true, help: "" },
];

/** Options of a command that only asks. */
export const ASK: OptionGroup = { title: "Options", options: [OUTPUT] };

/** Options of a command that asks about one installation. */
export const ASK_INSTALLATION: OptionGroup = { title: "Options", options: [NAMESPACE, OUTPUT] };

/** The installation by an option, for commands whose NAME is something else or that know both ways. */
export const INSTALLATION: OptionSpec = {
  name: "installation",
  short: "i",
  value: "NAME",
  help: "Installation (default: porter.yaml's)",
};

/** Options that say which installation and which run is meant. */
export const WHICH_RUN: readonly OptionSpec[] = [
  INSTALLATION,
  { name: "run", short: "r", value: "ID", help: "Of this run (default: the last)" },
];

const BUILD_ARG: OptionSpec = {
  name: "build-arg",
  value: "NAME=VALUE",
  isList: true,
  help: "Build argument",
};

const BUILD_CONTEXT: OptionSpec = {
  name: "build-context",
  value: "NAME=PATH",
  isList: true,
  help: "Named context",
};

const SECRET: OptionSpec = {
  name: "secret",
  value: "id=ID,src=FILE|env=VAR",
  isList: true,
  help: "Secret for RUN --mount=type=secret",
};

const SSH: OptionSpec = {
  name: "ssh",
  value: "ID[=SOCKET]",
  isList: true,
  help: "Agent (default: SSH_AUTH_SOCK)",
};

const CUSTOM: OptionSpec = {
  name: "custom",
  value: "NAME=VALUE",
  isList: true,
  help: "Sets custom.NAME",
};

const NO_LINT: OptionSpec = { name: "no-lint", help: "Build although the linter finds errors" };
const INSECURE: OptionSpec = {
  name: "insecure-registry",
  isBeside: true,
  help: "",
};

/** The same where it has a line of its own. */
export const INSECURE_ALONE: OptionSpec = {
  name: "insecure-registry",
  help: "Plain HTTP with the registry",
};

/** Options of a build that an action may have to make first; `gantry build --help` explains them. */
const BUILD_FIRST: readonly OptionSpec[] = [
  { ...BUILD_ARG, help: "And what else `gantry build` takes" },
  ...[BUILD_CONTEXT, SECRET, SSH, CUSTOM, NO_LINT, INSECURE].map(
    (option): OptionSpec => ({ ...option, isHidden: true }),
  ),
  { name: "build-driver", value: "NAME", help: "Endpoint that builds", isHidden: true },
  { name: "no-cache", help: "Carry out every step", isHidden: true },
  { name: "pull", help: "Fresh base images", isHidden: true },
];

export const SOURCE: OptionGroup = {
  title: "Bundle",
  options: [
    ...FROM_FILES,
    REFERENCE,
    { name: "autobuild-disabled", help: "Run what was built last, though outdated" },
    ...BUILD_FIRST,
  ],
};

export const INPUTS: OptionGroup = {
  title: "Inputs",
  options: [
    { name: "param", value: "NAME=VALUE", isList: true, help: "One parameter; may be repeated" },
    {
      name: "parameter-set",
      short: "p",
      value: "FILE",
      isList: true,
      help: "Parameter set document; later ones win",
    },
    {
      name: "cred",
      value: "NAME=SOURCE",
      isList: true,
      help: "From env:VAR, path:FILE or command:CMD",
    },
    {
      name: "credential-set",
      short: "c",
      value: "FILE",
      isList: true,
      help: "Credential set document; later ones win",
    },
  ],
};

const NETWORK: OptionSpec = {
  name: "network",
  value: "NAME",
  help: "default, none, host or a name; as 512m",
};

/** Flags that grant a power to an installation, Porter's names first. */
const GRANTING: readonly OptionSpec[] = [
  {
    name: "mount-host-volume",
    value: "SPEC",
    isList: true,
    help: "HOST:TARGET[:ro|rw]; a capability",
  },
  { name: "cap-add", value: "CAP", isList: true, isBeside: true, help: "" },
  {
    name: "allow-docker-host-access",
    more: ["raw"],
    help: "Own things in Docker; host",
  },
  { name: "privileged", isBeside: true, help: "" },
];

const LIMITS: readonly OptionSpec[] = [
  { name: "memory", value: "SIZE", isBeside: true, help: "" },
  { name: "cpus", value: "N", isHidden: true, help: "Processors at most" },
  { name: "pids-limit", value: "N", isHidden: true, help: "Processes at most" },
];

/** Which grants are meant: the flags that gave them. */
export const WHICH_GRANTS: OptionGroup = {
  title: "Grants",
  options: [
    { ...NETWORK, help: "A network" },
    ...GRANTING,
    { name: "all", help: "Every one" },
    NAMESPACE,
    OUTPUT,
  ],
};

/** How a run is carried out; `force` is the action's own word for going on against the installation's state. */
export function running(force: "force" | "force-run" | "force-upgrade"): OptionGroup {
  const words = ["force", "force-run", ...(force === "force-upgrade" ? [force] : [])];
  return {
    title: "Run",
    options: [
      DRIVER,
      NAMESPACE,
      NETWORK,
      ...LIMITS,
      ...GRANTING,
      {
        name: force,
        help: "Run although the state forbids it",
      },
      ...words
        .filter((name) => name !== force)
        .map((name): OptionSpec => ({ name, help: "", isHidden: true })),
      { name: "fail-over", help: "Elsewhere if away; show the plan and ask" },
      { name: "plan", isBeside: true, help: "" },
      { name: "debug", help: "Sets porter-debug; keeps no log" },
      { name: "no-logs", isBeside: true, help: "" },
      OUTPUT,
    ],
  };
}

export const LABEL: OptionSpec = {
  name: "label",
  short: "l",
  value: "KEY=VALUE",
  isList: true,
  help: "Label; may be repeated",
};

export const BUILD: readonly OptionGroup[] = [
  {
    title: "Bundle",
    options: [
      FILE,
      { name: "dir", value: "PATH", help: "Directory to build (default: manifest's)" },
      { name: "name", value: "NAME", help: "Instead of the manifest's name and version" },
      { name: "version", value: "SEMVER", isBeside: true, help: "" },
      CUSTOM,
      NO_LINT,
    ],
  },
  {
    title: "Image",
    options: [
      DRIVER,
      BUILD_ARG,
      BUILD_CONTEXT,
      SECRET,
      SSH,
      { name: "platform", value: "OS/ARCH", help: "Platform; stage to stop at" },
      { name: "target", value: "STAGE", isBeside: true, help: "" },
      { ...LABEL, help: "Image label" },
      {
        name: "network",
        value: "MODE",
        help: "default, none or host",
        choices: ["default", "none", "host"],
      },
    ],
  },
  {
    title: "Cache",
    options: [
      { name: "cache-from", value: "SPEC", isList: true, help: "type=...,key=value" },
      { name: "cache-to", value: "SPEC", isBeside: true, isList: true, help: "" },
      { name: "no-cache", help: "Carry out every step; with --force even" },
      { name: "force", isBeside: true, help: "" },
      { name: "pull", help: "Fresh base images; registries by HTTP" },
      INSECURE,
      OUTPUT,
    ],
  },
];
