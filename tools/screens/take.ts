import { setTimeout as delay } from "node:timers/promises";
import { ScreensHome } from "./home.ts";
import { SHOTS, type Shot } from "./screens.ts";
import { settle } from "./settle.ts";
import { toSvg } from "./svg.ts";
import { TerminalProgram } from "./terminal-program.ts";

/** Milliseconds for a remark to go, and for what has just begun to come to an end. */
const SETTLE_MS = 700;

/** Runs the program in an emulated terminal and takes every picture; by their names. */
export async function takeScreens(): Promise<ReadonlyMap<string, string>> {
  using home = new ScreensHome();
  await using ui = new TerminalProgram({
    program: home.program,
    args: ["ui", "--theme", "dark"],
    cwd: home.bundle,
    env: home.env,
    cols: 88,
    rows: 22,
  });
  const pictures = new Map<string, string>();
  await ui.shows(/2 built here/);
  for (const shot of SHOTS) {
    await goTo(shot, ui);
    if (shot.name !== undefined) pictures.set(shot.name, toSvg(ui.terminal, shot.title, settle));
  }
  return pictures;
}

async function goTo({ keys, shows }: Shot, ui: TerminalProgram): Promise<void> {
  for (const key of keys) {
    ui.type(key);
    await delay(150);
  }
  await ui.shows(shows);
  await delay(SETTLE_MS);
}
