import { readFile } from "node:fs/promises";
import { DriverError } from "@gantry/driver-api";
import type { ConfigFile } from "./config-file.ts";

/** The operator's secrets, by the names in `config.yaml`; their values are read when asked for and kept nowhere. */
export interface OperatorSecrets {
  /** Throws `not-found`. */
  read(name: string): Promise<Uint8Array>;
}

/** Reads each where the configuration says it is. */
export function configuredSecrets(
  config: ConfigFile,
  environment: Readonly<Record<string, string | undefined>>,
): OperatorSecrets {
  return {
    async read(name) {
      const { secrets } = (await config.read()).config;
      const where = secrets[name];
      if (where === undefined) throw unset(name, `config.yaml has no secrets.${name}`);
      if ("path" in where)
        return readFile(where.path).catch(() => {
          throw unset(name, `${where.path} cannot be read`);
        });
      const value = environment[where.env];
      if (value === undefined) throw unset(name, `variable ${where.env} is not set for the daemon`);
      return Buffer.from(value);
    },
  };
}

/** What one driver may read of them. Throws `unauthorized` for every other name. */
export function grantedSecrets(
  driver: string,
  granted: readonly string[],
  secrets: OperatorSecrets,
): (name: string) => Promise<Uint8Array> {
  return async (name) => {
    if (granted.includes(name)) return secrets.read(name);
    throw new DriverError("unauthorized", `Driver ${driver} was not granted secret ${name}.`, {
      hint: "It has to ask for it in gantry-driver.json: powers.secrets.",
    });
  };
}

function unset(name: string, why: string): DriverError {
  return new DriverError("not-found", `There is no secret ${name}: ${why}.`, {
    hint: `Set secrets.${name} in config.yaml to { path: /file } or { env: VARIABLE }.`,
  });
}
