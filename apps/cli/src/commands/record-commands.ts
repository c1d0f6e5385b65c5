import type { CommandSpec, GroupSpec, OptionSpec } from "../command-line/spec.ts";
import {
  FILE,
  ASK_INSTALLATION,
  INSTALLATION,
  LABEL,
  NAMESPACE,
  OUTPUT,
  WHICH_RUN,
  WHICH_GRANTS,
} from "./option-groups.ts";

const NAME = { name: "NAME", isRequired: false } as const;

export const listCommand: CommandSpec = {
  name: "list",
  aliases: ["ls"],
  summary: "Lists installations.",
  groups: [
    {
      title: "Options",
      options: [
        NAMESPACE,
        { name: "all-namespaces", help: "Those of every namespace" },
        { name: "name", value: "TEXT", help: "Only names that contain this" },
        { ...LABEL, help: "Only with this label; may be repeated" },
        { name: "skip", value: "N", help: "Leave out the first N" },
        { name: "limit", value: "N", help: "Show at most N" },
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry list --all-namespaces -o json"],
  load: async () => (await import("../services/list.ts")).list,
};

export const showCommand: CommandSpec = {
  name: "show",
  summary: "Shows an installation (default: the one of porter.yaml here).",
  arguments: [NAME],
  groups: [ASK_INSTALLATION],
  examples: ["gantry show hello"],
  load: async () => (await import("../services/show.ts")).show,
};

export const deleteCommand: CommandSpec = {
  name: "delete",
  summary: "Removes the record of an uninstalled installation. Asks nothing.",
  arguments: [NAME],
  groups: [
    {
      title: "Options",
      options: [
        { name: "force", help: "Whatever its state; what it deployed stays" },
        NAMESPACE,
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry delete hello"],
  load: async () => (await import("../services/delete.ts")).deleteInstallation,
};

export const logsCommand: CommandSpec = {
  name: "logs",
  aliases: ["log"],
  alsoSaid: "show",
  summary: "Prints what a run printed.",
  arguments: [NAME],
  groups: [{ title: "Options", options: [...WHICH_RUN, NAMESPACE, OUTPUT] }],
  examples: ["gantry logs hello"],
  load: async () => (await import("../services/logs.ts")).logs,
};

const IMAGE_DRIVER: OptionSpec = {
  name: "driver",
  short: "d",
  value: "NAME",
  help: "Endpoint for an image",
};

export const shellCommand: CommandSpec = {
  name: "shell",
  summary: "Opens a shell in a run, or in the image of an installation.",
  arguments: [NAME],
  groups: [
    {
      title: "Options",
      options: [
        { name: "image", help: "In its image, instead of the run under way" },
        { name: "bundle", help: "In a bundle's image, before it is run" },
        FILE,
        IMAGE_DRIVER,
        { name: "command", value: "TEXT", help: "Another program than the image's shell" },
        { name: "attach", value: "ID", help: "Come back to a terminal that was let go" },
        { name: "list", help: "List the terminals that the daemon holds" },
        { name: "close", value: "ID", help: "Hang up a terminal" },
        NAMESPACE,
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry shell hello --image", "gantry shell --bundle", "gantry shell --list"],
  load: async () => (await import("../services/shell.ts")).shell,
};

const REVEAL: OptionSpec = { name: "reveal", help: "Show sensitive values too" };

export const outputsGroup: GroupSpec = {
  name: "outputs",
  aliases: ["output"],
  summary: "Shows the outputs of installations.",
  commands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "Lists the latest outputs, or those of one run.",
      groups: [{ title: "Options", options: [...WHICH_RUN, REVEAL, NAMESPACE, OUTPUT] }],
      examples: ["gantry outputs list -i hello"],
      load: async () => (await import("../services/outputs.ts")).listOutputs,
    },
    {
      name: "show",
      summary: "Prints one output whole, byte for byte.",
      arguments: [{ name: "NAME", isRequired: true }],
      groups: [{ title: "Options", options: [...WHICH_RUN, NAMESPACE, OUTPUT] }],
      examples: ["gantry outputs show kubeconfig -i cluster > kubeconfig"],
      load: async () => (await import("../services/outputs.ts")).showOutput,
    },
  ],
};

export const grantsGroup: GroupSpec = {
  name: "grants",
  isMinor: true,
  aliases: ["grant"],
  summary: "Shows what installations were granted, and takes it back.",
  commands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "Lists the powers that the runs of an installation have.",
      arguments: [NAME],
      groups: [ASK_INSTALLATION],
      examples: ["gantry grants list hello"],
      load: async () => (await import("../services/grants.ts")).listGrants,
    },
    {
      name: "revoke",
      summary: "Takes powers from the next runs: name them as when they were granted.",
      arguments: [NAME],
      groups: [WHICH_GRANTS],
      examples: ["gantry grants revoke hello --cap-add CHOWN"],
      load: async () => (await import("../services/grants.ts")).revokeGrants,
    },
  ],
};

export const runsGroup: GroupSpec = {
  name: "runs",
  aliases: ["run"],
  summary: "Shows the runs of installations.",
  commands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "Lists the recorded runs of an installation.",
      arguments: [NAME],
      groups: [{ title: "Options", options: [INSTALLATION, NAMESPACE, OUTPUT] }],
      examples: ["gantry runs list hello"],
      load: async () => (await import("../services/runs.ts")).listRuns,
    },
  ],
};
