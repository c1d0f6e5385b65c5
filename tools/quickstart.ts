import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseReference, RegistryClient } from "@gantry/oci";

const root = fileURLToPath(new URL("..", import.meta.url));
const BASE = "debian:stable-slim";
const USERLAND = "gantry.local/userland:latest";
/** Milliseconds that a registry has to say whether it has the base image. */
const REGISTRY_MS = 3_000;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status === 0) return;
  say(
    `\nError: ${command} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}.`,
  );
  say("Try: see the lines above; `bin/gantry drivers doctor` says what is wrong with each engine.");
  process.exit(status ?? 70);
}

/** Shows the command as a user would type it, then runs it. */
function gantry(...args: readonly string[]): void {
  say(`\n$ gantry ${args.join(" ")}`);
  run("bin/gantry", args);
}

async function reasonAgainstRegistry(): Promise<string | undefined> {
  try {
    await new RegistryClient({ attempts: 1 }).resolve(parseReference(BASE), {
      signal: AbortSignal.timeout(REGISTRY_MS),
    });
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name !== "TimeoutError") return error.message;
    return `no answer within ${REGISTRY_MS / 1000} s`;
  }
}

const started = performance.now();
const reason = reasonAgainstRegistry();
run(process.execPath, ["--conditions=@gantry/source", "tools/build.ts"]);
// One that still runs an earlier build would serve what that one could do.
spawnSync("bin/gantry", ["daemon", "stop"], { cwd: root, stdio: "ignore" });
const against = await reason;
if (against !== undefined) {
  say(`No registry serves the base image ${BASE} here (${against.split("\n")[0]}).`);
  say("A base image is made from this machine's own shell, coreutils and libc instead.");
}
const base = against === undefined ? [] : ["--build-arg", `BASE=${USERLAND}`];
const example = ["--file", "examples/hello/porter.yaml"];

gantry("build", ...example, "--driver", "local", ...base);
gantry(
  "install",
  "hello",
  ...example,
  "--driver",
  "local",
  ...base,
  "--param",
  "name=World",
  "--force",
);
gantry("outputs", "list", "--installation", "hello");

say(
  `\nDone in ${((performance.now() - started) / 1000).toFixed(1)} s: built and run without any container engine.`,
);
say(`
How to go on:
  export PATH="$PWD/bin:$PATH"
  gantry show hello                   what is installed, with which parameters
  gantry logs show --installation hello
  gantry drivers list                 the engines at hand
  gantry uninstall hello --delete
  gantry create mine && cd mine && gantry install${against === undefined ? "" : ` --build-arg BASE=${USERLAND}`}
`);
