import type { CommandSpec, GroupSpec } from "../command-line/spec.ts";
import { TEMPLATE_LANGUAGES } from "../create/driver-templates.ts";
import { PACKAGE_COMMANDS } from "./driver-commands.ts";
import { ASK, OUTPUT } from "./option-groups.ts";

export const driversGroup: GroupSpec = {
  name: "drivers",
  aliases: ["driver"],
  summary: "Shows what builds and runs bundles, and how it is.",
  commands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "Lists the endpoints and how they are; starts no driver.",
      groups: [ASK],
      examples: ["gantry drivers list"],
      load: async () => (await import("../services/drivers.ts")).listDrivers,
    },
    {
      name: "show",
      summary: "Shows what one endpoint can do, and its options.",
      arguments: [{ name: "NAME", isRequired: true }],
      groups: [ASK],
      examples: ["gantry drivers show docker"],
      load: async () => (await import("../services/drivers.ts")).showDriver,
    },
    {
      name: "options",
      summary: "Prints the options that an endpoint or a driver takes.",
      arguments: [{ name: "NAME", isRequired: true }],
      groups: [ASK],
      examples: ["gantry drivers options docker"],
      load: async () => (await import("../services/driver-options.ts")).driverOptions,
    },
    {
      name: "doctor",
      summary: "Says what is wrong with each endpoint and what mends it.",
      arguments: [{ name: "NAME", isRequired: false }],
      groups: [ASK],
      examples: ["gantry drivers doctor"],
      load: async () => (await import("../services/doctor.ts")).doctor,
    },
    {
      name: "restart",
      summary: "Gives a driver a new process, and takes it out of quarantine.",
      arguments: [{ name: "NAME", isRequired: true }],
      groups: [ASK],
      examples: ["gantry drivers restart podman"],
      load: async () => (await import("../services/drivers.ts")).restartDriver,
    },
    {
      name: "create",
      summary: "Writes a new driver, with its tests, into a new directory NAME.",
      arguments: [{ name: "NAME", isRequired: true }],
      groups: [
        {
          title: "Options",
          options: [
            {
              name: "lang",
              value: "LANGUAGE",
              help: "ts, python or sh (default: ts)",
              choices: TEMPLATE_LANGUAGES,
            },
            OUTPUT,
          ],
        },
      ],
      examples: ["gantry drivers create mine --lang python && gantry drivers verify mine"],
      load: async () => (await import("../services/create-driver.ts")).createDriver,
    },
    {
      name: "verify",
      summary: "Puts a driver through the conformance and the hostile-host suites.",
      arguments: [{ name: "DIR", isRequired: true }],
      groups: [
        {
          title: "Options",
          options: [
            { name: "option", value: "NAME=VALUE", isList: true, help: "An option of the driver" },
            { name: "only", value: "ID", help: "Only cases whose id begins so" },
            { name: "bench", help: "Measure it too" },
            { name: "unconfined", help: "As an ordinary process, unconfined" },
            { name: "base", value: "IMAGE", help: "What the test image is built on" },
            OUTPUT,
          ],
        },
      ],
      examples: ["gantry drivers verify ./my-driver --bench"],
      load: async () => (await import("../services/verify-driver.ts")).verifyDriver,
    },
    ...PACKAGE_COMMANDS,
  ],
};

export const daemonGroup: GroupSpec = {
  name: "daemon",
  isMinor: true,
  summary: "Shows or ends the daemon of this home. It starts by itself.",
  commands: [
    {
      name: "status",
      summary: "Says how the daemon is; exit code 3 when none runs.",
      groups: [ASK],
      examples: ["gantry daemon status"],
      load: async () => (await import("../services/daemon.ts")).daemonStatus,
    },
    {
      name: "stop",
      summary: "Ends the daemon; exit code 3 when none runs.",
      groups: [
        {
          title: "Options",
          options: [{ name: "force", help: "Though it works: builds are cancelled" }, OUTPUT],
        },
      ],
      examples: ["gantry daemon stop"],
      load: async () => (await import("../services/daemon.ts")).stopDaemon,
    },
  ],
};

const KEY = { name: "KEY", isRequired: true } as const;

export const configGroup: GroupSpec = {
  name: "config",
  summary: "Shows and changes settings: endpoints and which is preferred.",
  commands: [
    {
      name: "list",
      aliases: ["ls", "show"],
      summary: "Lists every setting with its value and where it comes from.",
      groups: [ASK],
      examples: ["gantry config list"],
      load: async () => (await import("../services/config.ts")).listConfig,
    },
    {
      name: "get",
      summary: "Prints one setting, or all whose keys begin with KEY.",
      arguments: [KEY],
      groups: [ASK],
      examples: ["gantry config get endpoints.build-box.options.host"],
      load: async () => (await import("../services/config.ts")).getConfig,
    },
    {
      name: "set",
      summary: "Writes one setting; comments in the file stay.",
      arguments: [KEY, { name: "VALUE", isRequired: true }],
      groups: [ASK],
      examples: [
        "gantry config set endpoints.build-box.driver docker",
        "gantry config set prefer build-box,local",
      ],
      load: async () => (await import("../services/config.ts")).setConfig,
    },
    {
      name: "unset",
      summary: "Takes a setting, or a whole endpoint, out of the file.",
      arguments: [KEY],
      groups: [ASK],
      examples: ["gantry config unset endpoints.build-box"],
      load: async () => (await import("../services/config.ts")).unsetConfig,
    },
    {
      name: "path",
      summary: "Prints where the configuration file is, or would be.",
      groups: [ASK],
      examples: ["$EDITOR $(gantry config path)"],
      load: async () => (await import("../services/config.ts")).configPath,
    },
  ],
};

export const auditCommand: CommandSpec = {
  name: "audit",
  isMinor: true,
  summary: "Shows the engine calls of drivers and bundles, and denials.",
  groups: [
    {
      title: "Options",
      options: [
        { name: "owner", value: "NAME", help: "A driver, or an installation" },
        {
          name: "verdict",
          value: "WORD",
          help: "allowed or denied",
          choices: ["allowed", "denied"],
        },
        { name: "limit", value: "N", help: "Show the latest N (default: 200)" },
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry audit --owner hello --verdict denied"],
  load: async () => (await import("../services/audit.ts")).audit,
};

export const uiCommand: CommandSpec = {
  name: "ui",
  summary: "Shows everything of this, live, on the whole terminal.",
  groups: [
    {
      title: "Options",
      options: [
        {
          name: "context",
          value: "NAME=HOME",
          isList: true,
          help: "Daemon of another home, side by side",
        },
        {
          name: "theme",
          value: "NAME",
          help: "dark, light or none [GANTRY_THEME]",
          choices: ["dark", "light", "none"],
          env: "GANTRY_THEME",
        },
        { name: "screen-reader", help: "Plain lines; also with INK_SCREEN_READER" },
        OUTPUT,
      ],
    },
  ],
  examples: ["gantry ui --context build=/srv/gantry"],
  load: async () => (await import("../services/ui.ts")).ui,
};

export const versionCommand: CommandSpec = {
  name: "version",
  isMinor: true,
  summary: "Prints the version of Gantry.",
  groups: [ASK],
  examples: ["gantry version -o json"],
  load: async () => (await import("../services/version.ts")).version,
};

export const completionCommand: CommandSpec = {
  name: "completion",
  isMinor: true,
  summary: "Prints a script that completes gantry's words in a shell.",
  arguments: [{ name: "SHELL", isRequired: true, choices: ["bash", "zsh", "fish", "powershell"] }],
  groups: [ASK],
  examples: ["source <(gantry completion bash)"],
  load: async () => (await import("../services/completion.ts")).completion,
};
