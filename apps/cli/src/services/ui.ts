import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ReadStream, WriteStream } from "node:tty";
import { homeOf } from "@gantry/protocol/light";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { connectTo } from "../connect.ts";
import { readAssignments } from "../inputs/assignments.ts";
import { optional } from "../inputs/optional.ts";
import type { World } from "../world.ts";
import { LETS_GO } from "./shell.ts";

/** `gantry ui` */
export async function ui(given: Given, world: World): Promise<number> {
  const { stdin, stdout, cwd, env } = world;
  if (!(stdout instanceof WriteStream) || !(stdin instanceof ReadStream)) throw noTerminal();
  const manifest = join(cwd, "porter.yaml");
  const hasManifest = await access(manifest).then(
    () => true,
    () => false,
  );
  const { startTui } = await import("@gantry/tui");
  const isSpoken = given.has("screen-reader") || env["INK_SCREEN_READER"] === "true";
  return startTui({
    contexts: contextsOf(given, world),
    connect: (home, choice) => connectTo(home, world, { ...choice, as: "gantry ui" }),
    shell: (home, words) => {
      // What is on the screen moves up into the scrollback: the shell begins on a clean one.
      if (!isSpoken) stdout.write(`${"\n".repeat(stdout.rows ?? 24)}\u001b[H`);
      return openShell(world, home, words);
    },
    cwd,
    ...optional("manifest", hasManifest ? manifest : undefined),
    env,
    stdin,
    stdout,
    ...optional("theme", given.text("theme")),
    isSpoken,
  });
}

/** `gantry shell` on this terminal. What one that could not be opened, or was cut off, has to say stays until a key is pressed. */
async function openShell(
  { entry, env, stdin, stderr }: World,
  home: string,
  words: readonly string[],
): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, entry, ...words], {
    env: { ...env, GANTRY_HOME: home },
    stdio: ["inherit", "inherit", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
    stderr.write(text);
  });
  const [code] = (await once(child, "close")) as [number | null];
  // A shell's own code is no failure: then nothing was said but how to let go of it.
  if (code === 0 || said === "" || said.endsWith(LETS_GO)) return;
  stderr.write("\nPress a key to go back.");
  stdin.setRawMode?.(true);
  stdin.resume();
  await once(stdin, "data");
}

function noTerminal(): UsageError {
  return new UsageError(
    "gantry ui needs a terminal for its screen and its keys, and here is none.",
    {
      hint: "Run it in a terminal. Scripts use the other commands, with -o json.",
    },
  );
}

/** The home of the environment, and those that were named. */
function contextsOf(given: Given, { env, cwd }: World) {
  const home = homeOf(env);
  const named = Object.entries(readAssignments("--context", given.list("context")));
  const others = named.map(([name, path]) => ({ name, home: resolve(cwd, path) }));
  const first = named.length === 0 || env["GANTRY_HOME"] === undefined ? "default" : basename(home);
  return [{ name: first, home }, ...others];
}
