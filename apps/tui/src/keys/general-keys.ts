import type { Binding } from "./binding.ts";

/** Keys that count on every screen that has no other use for them. */
export const GENERAL_KEYS: readonly Binding[] = [
  { action: "up", keys: ["up", "k"], help: "Up" },
  { action: "down", keys: ["down", "j"], help: "Down" },
  { action: "page-up", keys: ["pageup", "ctrl-b", "ctrl-u"], help: "A page up" },
  { action: "page-down", keys: ["pagedown", "ctrl-f", "ctrl-d"], help: "A page down" },
  { action: "first", keys: ["g", "home"], help: "To the first row" },
  { action: "last", keys: ["G", "end"], help: "To the last row" },
  { action: "open", keys: ["enter", "l", "right"], help: "Open the chosen row", hint: "open" },
  { action: "search", keys: ["/"], help: "Show only rows that contain a text", hint: "search" },
  { action: "palette", keys: [":"], help: "Type a command", hint: "commands" },
  { action: "copy", keys: ["y"], help: "Copy the command that does the same" },
  { action: "refresh", keys: ["r"], help: "Ask the daemon anew" },
  { action: "start-daemon", keys: ["a"], help: "Connect to the daemon again, starting it" },
  { action: "next-context", keys: ["tab"], help: "The next daemon" },
  { action: "go-start", keys: ["1"], help: "Start page" },
  { action: "go-installations", keys: ["2"], help: "Installations" },
  { action: "go-operations", keys: ["3"], help: "Operations" },
  { action: "go-bundles", keys: ["4"], help: "Bundles" },
  { action: "go-drivers", keys: ["5"], help: "Drivers" },
  { action: "go-daemon", keys: ["6"], help: "Daemon" },
  { action: "go-terminals", keys: ["7"], help: "Terminals" },
  { action: "help", keys: ["?"], help: "This help", hint: "help" },
  {
    action: "back",
    keys: ["q", "escape", "h", "left"],
    help: "Back; at the start page: leave",
    hint: "back",
  },
  { action: "quit", keys: ["ctrl-c", "Q"], help: "Leave at once" },
];
