import { enginePlace } from "@gantry/driver-package";
import { ConfineError } from "./errors.ts";
import { PROGRAM_DIR } from "./package/program.ts";
import type { ConfineRequest } from "./request.ts";

/** Where a driver finds the brokered socket of its engine. */
export const ENGINE_SOCKET = "/run/gantry/engine.sock";

/** Variables that change how programs load, and so could act before the confinement is made. */
const LOADING = /^(LD_|PERL|GLIBC_TUNABLES$)/;

/** The whole environment of a confined driver: the granted names, and a few that are the same for all. */
export function confinedEnvironment(request: ConfineRequest): Record<string, string> {
  return {
    // The operator's where that was granted: of it the driver sees what else was granted.
    HOME: "/tmp",
    ...grantedEnvironment(request),
    ...engineAddress(request, ENGINE_SOCKET),
    ...engineLogs(request),
    PATH: `${PROGRAM_DIR}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: "/tmp",
    // All that it starts ends with it, and it has one user id: a driver may want to know before it promises otherwise.
    GANTRY_CONFINED: "1",
  };
}

/** The environment of a driver that shares the machine with everybody. */
export function unconfinedEnvironment(request: ConfineRequest): Record<string, string> {
  const { PATH, HOME } = request.environment;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...grantedEnvironment(request),
    ...engineAddress(request, request.engineSocket ?? ""),
    ...engineLogs(request),
  };
}

function engineLogs({ engineLogs: path }: ConfineRequest): Record<string, string> {
  return path === undefined ? {} : { GANTRY_ENGINE_LOGS: path };
}

/** Where the engine's own tools would look for it. */
function engineAddress(request: ConfineRequest, socket: string): Record<string, string> {
  if (request.engineSocket === undefined) return {};
  return { [enginePlace(request.granted.engine ?? {}).variable]: `unix://${socket}` };
}

function grantedEnvironment({ name, granted, environment }: ConfineRequest) {
  const refused = granted.environment.find((variable) => LOADING.test(variable));
  if (refused !== undefined) {
    throw new ConfineError("grant-refused", `Driver ${name} cannot be given ${refused}.`, {
      hint: "It would change how programs are loaded, before the driver is confined.",
    });
  }
  const values: Record<string, string> = { LANG: "C.UTF-8" };
  for (const variable of granted.environment) {
    const value = environment[variable];
    if (value !== undefined) values[variable] = value;
  }
  return values;
}
