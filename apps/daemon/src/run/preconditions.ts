import { type describeAction, installationState } from "@gantry/cnab";
import { Fault } from "../fault.ts";
import { type Claims, toClaim } from "../store/claims.ts";
import type { InstallationRow } from "../store/installations.ts";

/** Whether an installation's records say that it is installed. */
export function isInstalled(claims: Claims, installation: InstallationRow | undefined): boolean {
  if (installation === undefined) return false;
  const rows = claims.of(installation.id);
  const results = rows.flatMap(({ id }) => claims.results(id));
  return installationState(rows.map(toClaim), results)?.isInstalled === true;
}

type ActionDescription = ReturnType<typeof describeAction>;

export interface Wanted {
  readonly action: ActionDescription;
  readonly name: string;
  readonly force: boolean;
}

/** Refuses an action that the installation's state does not allow, unless forced. After a failure every action stays possible (CNAB Core 103). */
export function checkState(
  claims: Claims,
  installation: InstallationRow | undefined,
  wanted: Wanted,
): void {
  const { action, name, force } = wanted;
  if (force || (action.stateless && !action.builtIn)) return;
  const installed = isInstalled(claims, installation);
  if (action.name === "install" && installed) {
    throw refused(
      `Installation ${name} is installed already.`,
      `Use \`gantry upgrade ${name}\`, or --force to install over it.`,
    );
  }
  if (action.name !== "install" && installation === undefined) {
    throw new Fault("not-found", `There is no installation ${name}.`, {
      hint: "See `gantry list` for those that exist, or install it first.",
    });
  }
  if (action.name === "upgrade" && !installed && !hasFailed(claims, installation)) {
    throw refused(
      `Installation ${name} is not installed.`,
      `Use \`gantry install ${name}\`, or --force-upgrade.`,
    );
  }
}

function hasFailed(claims: Claims, installation: InstallationRow | undefined): boolean {
  const last = installation === undefined ? undefined : claims.last(installation.id);
  return last !== undefined && claims.results(last.id).at(-1)?.status !== "succeeded";
}

function refused(message: string, hint: string): Fault {
  return new Fault("state-refused", message, { hint });
}
