import type { GroupSpec } from "../command-line/spec.ts";
import { ACTION_COMMANDS, BUNDLE_COMMANDS } from "./bundle-commands.ts";
import {
  auditCommand,
  completionCommand,
  configGroup,
  daemonGroup,
  driversGroup,
  uiCommand,
  versionCommand,
} from "./machine-commands.ts";
import {
  deleteCommand,
  grantsGroup,
  listCommand,
  logsCommand,
  outputsGroup,
  runsGroup,
  shellCommand,
  showCommand,
} from "./record-commands.ts";

/** Every command. Porter's groups hold the same commands that are at the top. */
export const TREE: GroupSpec = {
  name: "gantry",
  summary: "Builds CNAB bundles and runs them with any engine.",
  commands: [
    ...BUNDLE_COMMANDS,
    ...ACTION_COMMANDS,
    listCommand,
    showCommand,
    deleteCommand,
    logsCommand,
    outputsGroup,
    runsGroup,
    shellCommand,
    grantsGroup,
    driversGroup,
    configGroup,
    daemonGroup,
    auditCommand,
    uiCommand,
    versionCommand,
    completionCommand,
    {
      name: "bundles",
      aliases: ["bundle"],
      summary: "Commands for bundles.",
      commands: BUNDLE_COMMANDS,
      isHidden: true,
    },
    {
      name: "installations",
      aliases: ["installation", "inst"],
      summary: "Commands for installations.",
      commands: [
        ...ACTION_COMMANDS,
        listCommand,
        showCommand,
        deleteCommand,
        logsCommand,
        outputsGroup,
        runsGroup,
        grantsGroup,
      ],
      isHidden: true,
    },
  ],
};
