import type { Screen, ScreenKind, ScreenOf } from "../state/screen.ts";
import { bundleScreen } from "./bundles/bundle-screen.ts";
import { bundlesScreen } from "./bundles/bundles-screen.ts";
import { whyScreen } from "./bundles/why-screen.ts";
import { auditScreen } from "./daemon/audit-screen.ts";
import { daemonScreen } from "./daemon/daemon-screen.ts";
import { driverScreen } from "./drivers/driver-screen.ts";
import { driversScreen } from "./drivers/drivers-screen.ts";
import { formScreen } from "./form-screen.ts";
import { installationScreen } from "./installations/installation-screen.ts";
import { installationsScreen } from "./installations/installations-screen.ts";
import { logScreen } from "./installations/log-screen.ts";
import { planScreen } from "./installations/plan-screen.ts";
import { operationScreen } from "./operations/operation-screen.ts";
import { operationsScreen } from "./operations/operations-screen.ts";
import type { ScreenDefinition } from "./screen-kind.ts";
import { startScreen } from "./start-screen.ts";
import { terminalsScreen } from "./terminals/terminals-screen.ts";

const DEFINITIONS: { readonly [Kind in ScreenKind]: ScreenDefinition<ScreenOf<Kind>> } = {
  start: startScreen,
  installations: installationsScreen,
  installation: installationScreen,
  operations: operationsScreen,
  operation: operationScreen,
  log: logScreen,
  bundles: bundlesScreen,
  bundle: bundleScreen,
  why: whyScreen,
  drivers: driversScreen,
  driver: driverScreen,
  daemon: daemonScreen,
  audit: auditScreen,
  plan: planScreen,
  terminals: terminalsScreen,
  form: formScreen,
};

/** The definition of a screen's kind. It must be given that screen only. */
export function definitionOf(screen: Screen): ScreenDefinition<Screen> {
  // The table pairs each kind with its own definition, which the checker cannot follow through a lookup.
  return DEFINITIONS[screen.kind] as unknown as ScreenDefinition<Screen>;
}
