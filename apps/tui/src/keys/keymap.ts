import type { ScreenKind } from "../state/screen.ts";
import type { Action, Binding } from "./binding.ts";
import { GENERAL_KEYS } from "./general-keys.ts";

export type { Action, Binding } from "./binding.ts";

const INSTALLED: readonly ScreenKind[] = ["installations", "installation"];
const RUNNING: readonly ScreenKind[] = ["operation"];
const BUNDLES: readonly ScreenKind[] = ["bundles", "bundle"];

/** The first binding that fits counts: a screen's own keys come before those of all screens. */
export const KEYMAP: readonly Binding[] = [
  {
    action: "install",
    keys: ["i"],
    help: "Install the bundle",
    hint: "install",
    screens: ["bundles", "bundle", "start", "installations"],
  },
  {
    action: "build",
    keys: ["b"],
    help: "Build the bundle",
    hint: "build",
    screens: [...BUNDLES, "start"],
  },
  {
    action: "open-bundle",
    keys: ["o"],
    help: "Open a bundle by its path",
    hint: "open path",
    screens: ["bundles", "start"],
  },
  {
    action: "why",
    keys: ["w"],
    help: "Say why it was built anew, and whether it would be now",
    hint: "why",
    isLate: true,
    screens: [...BUNDLES, "operation"],
  },
  {
    action: "publish",
    keys: ["P"],
    help: "Publish the bundle to a registry",
    hint: "publish",
    isLate: true,
    screens: BUNDLES,
  },
  {
    action: "upgrade",
    keys: ["u"],
    help: "Upgrade the installation",
    hint: "upgrade",
    screens: INSTALLED,
  },
  {
    action: "invoke",
    keys: ["v"],
    help: "Invoke one of its own actions",
    hint: "invoke",
    screens: INSTALLED,
  },
  { action: "uninstall", keys: ["x"], help: "Uninstall it", hint: "uninstall", screens: INSTALLED },
  {
    action: "logs",
    keys: ["o"],
    help: "Show what its last run printed",
    hint: "logs",
    screens: INSTALLED,
  },
  {
    action: "shell",
    keys: ["S"],
    help: "Open a shell in its run, or in its image",
    hint: "shell",
    isLate: true,
    screens: [...INSTALLED, ...BUNDLES],
  },
  {
    action: "shell",
    keys: ["S"],
    help: "Open another shell at the same place",
    hint: "another",
    screens: ["terminals"],
  },
  {
    action: "hang-up",
    keys: ["x"],
    help: "Hang it up: its program ends",
    hint: "hang up",
    screens: ["terminals"],
  },
  {
    action: "plan",
    keys: ["p"],
    help: "Show what an upgrade, or another action, would do and touch",
    hint: "plan",
    isLate: true,
    screens: INSTALLED,
  },
  {
    action: "next-action",
    keys: ["n"],
    help: "The plan of the next action",
    hint: "next action",
    screens: ["plan"],
  },
  { action: "delete", keys: ["D"], help: "Delete its record", screens: INSTALLED },
  { action: "sort", keys: ["s"], help: "Sort by the next column", screens: ["installations"] },
  {
    action: "namespace",
    keys: ["n"],
    help: "Show the next namespace only, or all",
    screens: ["installations"],
  },
  {
    action: "label",
    keys: ["L"],
    help: "Choose a label that is to be shown only",
    screens: ["installations"],
  },
  {
    action: "fold",
    keys: ["enter", "space"],
    help: "Unfold or fold the step",
    hint: "fold",
    screens: RUNNING,
  },
  { action: "unfold-all", keys: ["e"], help: "Unfold every step", screens: RUNNING },
  { action: "fold-all", keys: ["E"], help: "Fold every step", screens: RUNNING },
  {
    action: "follow",
    keys: ["f", "G", "end"],
    help: "Follow the end",
    hint: "follow",
    screens: ["operation", "log", "audit"],
  },
  {
    action: "cancel",
    keys: ["c"],
    help: "Ask the operation to stop",
    hint: "cancel",
    screens: ["operation", "operations"],
  },
  {
    action: "kill",
    keys: ["K"],
    help: "Kill it without waiting",
    screens: ["operation", "operations"],
  },
  {
    action: "retry",
    keys: ["t"],
    help: "Try it again",
    hint: "try again",
    screens: ["operation", "operations"],
  },
  {
    action: "replay",
    keys: ["R"],
    help: "Replay it as it went",
    hint: "replay",
    screens: ["operation", "operations"],
  },
  { action: "pause", keys: ["p"], help: "Pause the replay, or go on", screens: RUNNING },
  { action: "faster", keys: ["+", "="], help: "Replay twice as fast", screens: RUNNING },
  { action: "slower", keys: ["-"], help: "Replay half as fast", screens: RUNNING },
  {
    action: "grant",
    keys: ["A"],
    help: "Grant what its bundle asks for, with an upgrade",
    screens: ["installation"],
  },
  {
    action: "revoke",
    keys: ["R"],
    help: "Revoke the chosen grant",
    screens: ["installation"],
  },
  {
    action: "edit-options",
    keys: ["e"],
    help: "Change its options",
    hint: "edit options",
    screens: ["drivers", "driver"],
  },
  {
    action: "new-endpoint",
    keys: ["n"],
    help: "Configure another endpoint",
    hint: "new endpoint",
    screens: ["drivers", "driver"],
  },
  {
    action: "stop-daemon",
    keys: ["S"],
    help: "Stop the daemon",
    hint: "stop",
    screens: ["daemon"],
  },
  {
    action: "audit",
    keys: ["A"],
    help: "What brokers let through, and what not",
    hint: "audit",
    screens: ["daemon"],
  },
  {
    action: "denied",
    keys: ["d"],
    help: "Show only what was denied, or all",
    hint: "denied only",
    screens: ["audit"],
  },
  {
    action: "owner",
    keys: ["o"],
    help: "Show the next owner only, or all",
    hint: "owner",
    screens: ["audit"],
  },
  ...GENERAL_KEYS,
];

/** What a key means on a screen. */
export function actionOf(key: string, screen: ScreenKind): Action | undefined {
  const fitting = KEYMAP.filter(({ keys }) => keys.includes(key));
  const own = fitting.find(({ screens }) => screens?.includes(screen));
  return (own ?? fitting.find(({ screens }) => screens === undefined))?.action;
}

/** The bindings of a screen: its own, then those that count everywhere. */
export function bindingsOf(screen: ScreenKind): readonly Binding[] {
  const own = KEYMAP.filter(({ screens }) => screens?.includes(screen));
  const general = KEYMAP.filter(
    ({ screens, action }) => screens === undefined && !own.some((one) => one.action === action),
  );
  return [...own, ...general];
}
