import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { homeOf, stampProgram } from "@gantry/protocol";
import { runtimeFor } from "@gantry/run-tool";
import { startDaemon } from "./daemon.ts";
import { Fault } from "./fault.ts";
import { createLog } from "./log.ts";
import { toFailure } from "./to-failure.ts";
import { VERSION } from "./version.ts";

const DEFAULT_IDLE_SECONDS = 600;
/** Milliseconds for what still holds the process after all was disposed of. */
const LINGER_MS = 500;

/** The longest time that a timer takes. */
const MOST_SECONDS = 2_000_000;

function readSeconds(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_IDLE_SECONDS;
  const seconds = Number(text);
  if (seconds > 0) return Math.min(seconds, MOST_SECONDS);
  throw new Fault("config-invalid", `Idle seconds must be a positive number, found "${text}".`, {
    hint: "Correct GANTRY_IDLE_SECONDS or --idle-seconds.",
  });
}

const { values } = parseArgs({
  options: {
    home: { type: "string" },
    "idle-seconds": { type: "string" },
    "log-level": { type: "string", default: "info" },
  },
});

const { env } = process;
const program = stampProgram(process.argv[1] ?? "");
const log = createLog(values["log-level"]);

process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));

try {
  const stopped = Promise.withResolvers<string>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => stopped.resolve(signal));
  await using daemon = await startDaemon({
    home: values.home ?? homeOf(env),
    version: VERSION,
    ...(program === undefined ? {} : { program }),
    log,
    idleSeconds: readSeconds(values["idle-seconds"] ?? env["GANTRY_IDLE_SECONDS"]),
    findRuntime: (platform, options) => runtimeFor(platform, { ...options, env }),
    environment: { PATH: env["PATH"], HOME: env["HOME"], TMPDIR: env["TMPDIR"] },
    operatorEnvironment: env,
    porterHome: env["PORTER_HOME"] ?? join(homedir(), ".porter"),
  });
  const reason = await Promise.race([daemon.ended, stopped.promise]);
  log.info({ reason }, "leaving");
} catch (error) {
  const failure = toFailure(error);
  if (failure === undefined) log.fatal({ err: error }, "cannot start");
  else log.fatal({ code: failure.code, hint: failure.hint }, failure.message);
  process.exitCode = failure?.code === "busy" ? 3 : 70;
}
// The process of a driver that hangs must not keep ours alive.
setTimeout(() => process.exit(), LINGER_MS).unref();
