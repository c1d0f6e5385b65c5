import type { Bundle } from "@gantry/cnab";
import type { RunOptions } from "@gantry/protocol";

interface Asked {
  readonly action: string;
  readonly options: RunOptions;
}

/** What stands in a plan for a credential that is yet to be given. No plan shows it. */
const STAND_IN = "-";

/** The options with stand-ins for required credentials that are missing: a plan is for those who decide whether to give them. */
export function withStandIns(
  { credentials = {} }: Bundle,
  { action, options }: Asked,
  problems: string[],
): RunOptions {
  const missing = Object.entries(credentials).flatMap(([name, { required, applyTo }]) => {
    const isWanted = required === true && (applyTo?.includes(action) ?? true);
    return isWanted && !Object.hasOwn(options.credentials, name) ? [name] : [];
  });
  for (const name of missing)
    problems.push(
      `The credential ${name} is required and was not given. Give --cred ${name}=SOURCE.`,
    );
  const standIns = Object.fromEntries(missing.map((name) => [name, STAND_IN]));
  return { ...options, credentials: { ...options.credentials, ...standIns } };
}
