import type { configChange, configSet, configShow, configUnset } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { readConfig } from "../endpoints/config.ts";
import { entriesOf } from "../endpoints/config-entries.ts";
import type { Room } from "./room.ts";

export function handleConfigShow({ home }: Room): HandlerOf<typeof configShow> {
  return async () => ({ path: home.config, entries: entriesOf(await readConfig(home.config)) });
}

export function handleConfigSet({ home, endpoints }: Room): HandlerOf<typeof configSet> {
  return async ({ key, text }, { signal }) => ({
    path: home.config,
    entry: await endpoints.editor.set(key, text, signal),
  });
}

export function handleConfigUnset({ home, endpoints }: Room): HandlerOf<typeof configUnset> {
  return async ({ key }, { signal }) => {
    await endpoints.editor.unset(key, signal);
    return { path: home.config };
  };
}

export function handleConfigChange({ home, endpoints }: Room): HandlerOf<typeof configChange> {
  return async ({ changes, dryRun }, { signal }) => ({
    path: home.config,
    ...(await endpoints.editor.change(changes, dryRun, signal)),
  });
}
