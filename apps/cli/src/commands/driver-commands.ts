import type { CommandSpec, OptionSpec } from "../command-line/spec.ts";
import { ASK, OUTPUT } from "./option-groups.ts";

const GRANT: OptionSpec = {
  name: "grant",
  value: "POWERS",
  isList: true,
  help: "all, none, KIND or KIND=VALUE, with commas",
};

const LOCK: OptionSpec = {
  name: "lock",
  value: "FILE",
  help: "Lock file (default: gantry.lock upwards)",
};

const ACCEPT_PUBLISHER: OptionSpec = {
  name: "accept-publisher",
  help: "Though somebody else publishes it now",
};

/** Commands that install drivers and look after them. */
export const PACKAGE_COMMANDS: readonly CommandSpec[] = [
  {
    name: "install",
    summary: "Installs a driver, once you allow what it asks for.",
    arguments: [{ name: "SPEC", isRequired: false }],
    groups: [
      {
        title: "What is granted (asked on a terminal when left out)",
        options: [GRANT, ACCEPT_PUBLISHER],
      },
      {
        title: "Lock file",
        options: [LOCK, { name: "frozen", help: "Only exactly what the lock file says" }],
      },
      { title: "Output", options: [OUTPUT] },
    ],
    examples: [
      "gantry drivers install gantry-driver-nerdctl@1.2.0",
      "gantry drivers install ./my-driver --grant all",
      "gantry drivers install oci://registry.example/drivers/mine:1",
      "gantry drivers install --frozen",
    ],
    load: async () => (await import("../services/install-driver.ts")).installDriver,
  },
  {
    name: "update",
    summary: "Installs the newest version of one driver, or of all of them.",
    arguments: [{ name: "NAME", isRequired: false }],
    groups: [{ title: "Options", options: [GRANT, ACCEPT_PUBLISHER, LOCK, OUTPUT] }],
    examples: ["gantry drivers update nerdctl"],
    load: async () => (await import("../services/install-driver.ts")).updateDrivers,
  },
  {
    name: "remove",
    aliases: ["rm", "uninstall"],
    summary: "Removes an installed driver; refused while an operation uses it.",
    arguments: [{ name: "NAME", isRequired: true }],
    groups: [{ title: "Options", options: [LOCK, OUTPUT] }],
    examples: ["gantry drivers remove nerdctl"],
    load: async () => (await import("../services/driver-packages.ts")).removeDriver,
  },
  {
    name: "link",
    summary: "Uses a driver's directory where it is, for development.",
    arguments: [{ name: "DIR", isRequired: true }],
    groups: [{ title: "Options", options: [GRANT, OUTPUT] }],
    examples: ["gantry drivers link ./my-driver"],
    load: async () => (await import("../services/install-driver.ts")).linkDriver,
  },
  {
    name: "search",
    summary: "Finds drivers: those that come with Gantry, and npm's.",
    arguments: [{ name: "TEXT", isRequired: false }],
    groups: [ASK],
    examples: ["gantry drivers search nerdctl"],
    load: async () => (await import("../services/driver-packages.ts")).searchDrivers,
  },
  {
    name: "push",
    summary: "Publishes a driver as an artifact of an OCI registry.",
    arguments: [
      { name: "DRIVER", isRequired: true },
      { name: "REFERENCE", isRequired: true },
    ],
    groups: [ASK],
    examples: ["gantry drivers push ./my-driver oci://registry.example/drivers/mine:1"],
    load: async () => (await import("../services/driver-packages.ts")).pushDriver,
  },
];
