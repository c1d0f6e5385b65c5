import type { Power } from "@gantry/protocol";
import { powerInWords } from "@gantry/protocol/light";
import { powerWords } from "../../grants/call-powers.ts";
import type { Action } from "../../keys/keymap.ts";
import { commandLine, wordsOf } from "../../state/command.ts";
import { giveTerminal, push, wantForm } from "../../state/navigation.ts";
import type { InstallationKey } from "../../state/resource.ts";
import { TOP } from "../../state/screen.ts";
import { NO_LINES } from "../../state/tail.ts";
import { contextOf, say, type State, type Step, still, step, valueOf } from "../../state/state.ts";

/** What can be done to one installation, wherever it was chosen. */
export function actOnInstallation(
  state: State,
  action: Action,
  key: InstallationKey,
): Step | undefined {
  switch (action) {
    case "upgrade":
    case "invoke":
    case "uninstall":
      return wantForm(state, action, { kind: "bundle", source: {}, installation: key });
    case "grant":
      return wantForm(state, "upgrade", { kind: "bundle", source: {}, installation: key });
    case "logs":
      return openLog(state, key);
    case "plan":
      return push(state, { kind: "plan", key, action: "upgrade", place: TOP });
    case "shell":
      return openShell(state, key);
    case "delete":
      return askToDelete(state, key);
    default:
      return undefined;
  }
}

/** In the run while one is under way, else in a run of the image that is made for it. */
function openShell(state: State, key: InstallationKey): Step {
  const context = contextOf(state);
  const listed = valueOf(context, { kind: "installations" })?.find(
    ({ name, namespace }) => name === key.name && namespace === key.namespace,
  );
  const { installation = listed } = valueOf(context, { kind: "installation", key }) ?? {};
  const status = installation?._calculated.displayInstallationStatus ?? "";
  const isImage = !/^(running|installing|upgrading|uninstalling)/.test(status);
  return giveTerminal(state, "shell", ...wordsOf(key), ...(isImage ? ["--image"] : []));
}

/** What a run printed; the last one's unless told otherwise. */
export function openLog(state: State, key: InstallationKey, runId?: string): Step {
  const which = runId === undefined ? {} : { runId };
  const screen = {
    kind: "log",
    key,
    log: NO_LINES,
    isOver: false,
    isFollowing: true,
    place: TOP,
  } as const;
  const { state: next } = push(state, { ...screen, ...which });
  return step(next, { kind: "read-log", context: state.current, key, ...which });
}

function askToDelete(state: State, key: InstallationKey): Step {
  const params = { ...key, force: true };
  return still({
    ...state,
    overlay: {
      kind: "confirm",
      title: `Delete the record of ${key.name}?`,
      lines: [
        "Its runs, outputs and logs go with it.",
        "What it deployed stays as it is: uninstall it first if that is to go too.",
      ],
      command: commandLine("delete", wordsOf(key), "--force"),
      word: key.name,
      typed: "",
      effects: [
        { kind: "call", context: state.current, call: { method: "installation.delete", params } },
      ],
    },
  });
}

/** Asks before a power is taken away from the runs to come. */
export function askToRevoke(state: State, key: InstallationKey, grant: Power | undefined): Step {
  if (grant === undefined)
    return still(say(state, "Choose one of its grants first; it is revoked one by one."));
  const { power, value } = grant;
  const params = { ...key, powers: [{ power, value }] };
  return still({
    ...state,
    overlay: {
      kind: "confirm",
      title: `Revoke ${powerInWords(grant)}?`,
      lines: ["Its next runs do not have it; a run under way keeps its own."],
      command: commandLine("grants", "revoke", wordsOf(key), powerWords([grant])),
      typed: "",
      effects: [{ kind: "call", context: state.current, call: { method: "grant.revoke", params } }],
    },
  });
}
