import type { CommandSpec, Entry, OptionSpec } from "../command-line/spec.ts";
import {
  BUILD,
  FILE,
  FROM_FILES,
  INPUTS,
  INSECURE_ALONE,
  LABEL,
  OUTPUT,
  REFERENCE,
  running,
  SOURCE,
} from "./option-groups.ts";

const NAME = { name: "NAME", isRequired: false } as const;

export const createCommand: CommandSpec = {
  name: "create",
  summary: "Writes a new bundle here, or in a new directory NAME.",
  arguments: [NAME],
  groups: [{ title: "Options", options: [OUTPUT] }],
  examples: ["gantry create hello && cd hello && gantry install"],
  load: async () => (await import("../services/create.ts")).create,
};

export const buildCommand: CommandSpec = {
  name: "build",
  summary: "Builds the bundle of a porter.yaml; prints the image's name.",
  groups: BUILD,
  examples: [],
  load: async () => (await import("../services/build.ts")).build,
};

export const publishCommand: CommandSpec = {
  name: "publish",
  summary: "Builds the bundle if need be, then publishes it to a registry.",
  groups: [
    {
      title: "Options",
      options: [
        FILE,
        {
          name: "dir",
          short: "d",
          value: "PATH",
          help: "Directory to build (default: manifest's)",
        },
        { ...REFERENCE, help: "Where to, instead of the manifest's" },
        { name: "registry", value: "REGISTRY", help: "Only another registry, or another tag" },
        { name: "tag", value: "TAG", isBeside: true, help: "" },
        { name: "force", help: "Replace a bundle that is there already" },
        INSECURE_ALONE,
        { name: "autobuild-disabled", help: "Publish what was built last" },
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry publish --registry registry.example/team"],
  load: async () => (await import("../services/publish.ts")).publish,
};

export const explainCommand: CommandSpec = {
  name: "explain",
  isMinor: true,
  summary: "Shows what a bundle takes and gives; builds and runs nothing.",
  arguments: [{ name: "REF", isRequired: false }],
  groups: [
    {
      title: "Options",
      options: [...FROM_FILES, REFERENCE, INSECURE_ALONE, OUTPUT],
    },
  ],
  examples: ["gantry explain registry.example/team/hello:v0.1.0"],
  load: async () => (await import("../services/explain.ts")).explain,
};

export const whyCommand: CommandSpec = {
  name: "why",
  summary: "Says what made the last build build anew, and what would now.",
  groups: [{ title: "Options", options: [FILE, OUTPUT] }],
  examples: ["gantry why"],
  load: async () => (await import("../services/why.ts")).why,
};

export const installCommand: CommandSpec = {
  name: "install",
  summary: "Builds the bundle if need be, then runs its install action.",
  arguments: [NAME],
  groups: withFirst(LABEL, running("force")),
  examples: ["gantry install --param name=World --driver docker"],
  load: async () => (await import("../services/actions.ts")).install,
};

export const upgradeCommand: CommandSpec = {
  name: "upgrade",
  summary: "Builds the bundle if need be, then runs its upgrade action.",
  arguments: [NAME],
  groups: withFirst(LABEL, running("force-upgrade")),
  examples: ["gantry upgrade hello --param name=You"],
  load: async () => (await import("../services/actions.ts")).upgrade,
};

export const invokeCommand: CommandSpec = {
  name: "invoke",
  summary: "Runs a custom action of a bundle.",
  arguments: [NAME],
  groups: withFirst(
    { name: "action", value: "ACTION", help: "Which action; required" },
    running("force-run"),
  ),
  examples: ["gantry invoke hello --action status"],
  load: async () => (await import("../services/actions.ts")).invoke,
};

export const uninstallCommand: CommandSpec = {
  name: "uninstall",
  summary: "Runs the uninstall action of a bundle.",
  arguments: [NAME],
  groups: withFirst(
    { name: "delete", help: "Remove the record on success; always" },
    running("force-run"),
    { name: "force-delete", isBeside: true, help: "" },
  ),
  examples: ["gantry uninstall hello --delete"],
  load: async () => (await import("../services/actions.ts")).uninstall,
};

const PLANNED = running("force-run");

export const planCommand: CommandSpec = {
  name: "plan",
  summary: "Shows what an action would do and touch; runs nothing.",
  arguments: [{ name: "ACTION", isRequired: true }, NAME],
  groups: [
    SOURCE,
    INPUTS,
    { ...PLANNED, options: PLANNED.options.filter(({ name }) => name !== "plan") },
  ],
  examples: ["gantry plan install"],
  load: async () => (await import("../services/plan.ts")).plan,
};

export const BUNDLE_COMMANDS: readonly Entry[] = [
  createCommand,
  buildCommand,
  whyCommand,
  publishCommand,
  explainCommand,
];

export const ACTION_COMMANDS: readonly Entry[] = [
  installCommand,
  upgradeCommand,
  invokeCommand,
  uninstallCommand,
  planCommand,
];

function withFirst(option: OptionSpec, run: ReturnType<typeof running>, ...more: OptionSpec[]) {
  return [SOURCE, INPUTS, { ...run, options: [option, ...more, ...run.options] }];
}
