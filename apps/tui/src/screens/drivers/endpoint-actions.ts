import type { Action } from "../../keys/keymap.ts";
import { endpointForm } from "../../options/options-form.ts";
import { formScreen, push, wantOptions } from "../../state/navigation.ts";
import { contextOf, type State, type Step, valueOf } from "../../state/state.ts";

/** What can be done to one endpoint, wherever it was chosen. */
export function actOnEndpoint(state: State, action: Action, name: string): Step | undefined {
  const endpoints = valueOf(contextOf(state), { kind: "endpoints" }) ?? [];
  const driver = endpoints.find((one) => one.name === name)?.driver ?? name;
  if (action === "edit-options") return wantOptions(state, name, { driver, isNew: false });
  if (action !== "new-endpoint") return undefined;
  const drivers = [...new Set([driver, ...endpoints.map((one) => one.driver)])];
  const taken = endpoints.map((one) => one.name);
  return push(state, formScreen(endpointForm(drivers, driver, taken)));
}
