import { existsSync } from "node:fs";
import { join } from "node:path";
import { enginePlace } from "@gantry/driver-package";
import { findExecutable } from "@gantry/process";
import type { LaunchRequest, Launcher, Prepared } from "./launcher.ts";

/** Starts drivers as ordinary processes of the user's, in an environment of their own. */
export const plainLauncher: Launcher = {
  expects: () => "unconfined",
  async prepare(request): Promise<Prepared> {
    const [program = "", ...args] = request.command;
    return {
      ...(await endingWithUs(await programOf(program, request), args, {
        ...request,
        signal: "KILL",
      })),
      env: environmentOf(request),
      cwd: request.package?.directory ?? request.stateDir,
      confinement: { state: "unconfined", missing: ["Drivers are not confined."] },
      async [Symbol.asyncDispose]() {
        // Nothing was set up.
      },
    };
  },
};

/** A daemon that is killed can end nobody: on Linux the kernel does that for it. */
export async function endingWithUs(
  command: string,
  args: readonly string[],
  {
    environment,
    signal,
  }: Pick<LaunchRequest, "environment"> & { readonly signal: "KILL" | "TERM" },
): Promise<Pick<Prepared, "command" | "args">> {
  const path = environment["PATH"];
  const program = command.includes("/") ? command : await findExecutable(command, path);
  const setpriv = process.platform === "linux" ? await findExecutable("setpriv", path) : undefined;
  if (setpriv === undefined || program === undefined || !existsSync(program)) {
    return { command, args };
  }
  return { command: setpriv, args: ["--pdeathsig", signal, "--", program, ...args] };
}

async function programOf(program: string, request: LaunchRequest): Promise<string> {
  const origin = request.package;
  if (origin === undefined) return program;
  if (program === "node") return process.execPath;
  if (program.includes("/")) return join(origin.directory, program);
  return (await findExecutable(program, request.environment["PATH"])) ?? program;
}

/** A command of the operator's own finds programs; a package sees what it was granted. */
function environmentOf(request: LaunchRequest): Record<string, string> {
  const { package: origin, environment, engineSocket, engineLogs } = request;
  if (origin === undefined) return { PATH: environment["PATH"] ?? "" };
  const names = origin.granted.environment;
  const granted = Object.entries(environment).filter(([name]) => names.includes(name));
  const { variable } = enginePlace(origin.granted.engine ?? {});
  const engine = engineSocket === undefined ? {} : { [variable]: `unix://${engineSocket}` };
  const logs = engineLogs === undefined ? {} : { GANTRY_ENGINE_LOGS: engineLogs };
  return { ...Object.fromEntries(granted), ...engine, ...logs };
}
