import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { TerminalProgram } from "../../screens/terminal-program.ts";
import { MeasureError } from "../errors.ts";
import type { Line } from "../line.ts";
import { startInstall } from "../ours/install.ts";
import type { GantryHome } from "../ours/gantry-home.ts";
import { type Memory, MemoryProbe } from "../ours/memory-probe.ts";
import type { Row } from "../row.ts";
import { quantile } from "../statistics.ts";
import { linesEndpoint, MANY_LINES, STEADY_LINES, type World } from "../world.ts";

const SIZE = { cols: 120, rows: 40 } as const;

function openUi(home: GantryHome, env: Readonly<Record<string, string>> = {}): TerminalProgram {
  return new TerminalProgram({
    program: home.program,
    args: ["ui"],
    cwd: "/",
    env: { ...home.env, ...env },
    ...SIZE,
  });
}

/** From the start of the program to the first frame, the daemon warm. */
const firstPaint: Row = {
  group: "ui",
  what: "gantry ui, first paint",
  measure: async (world) => {
    const home = await world.home();
    const times: number[] = [];
    for (let round = 0; round <= Math.min(9, world.pairs); round += 1) {
      await using ui = openUi(home);
      const took = await ui.paints("gantry");
      if (round > 0) times.push(took);
    }
    const measured = { value: quantile(times, 0.5), unit: "ms" } as const;
    const target = { of: "value", atMost: 300 } as const;
    return [{ what: firstPaint.what, measured, target, count: times.length }];
  },
};

const KEYS = 40;

/** The help is gone, so that the next frame that has it is a new one. */
const CLOSED = /^(?![^]*ON THIS SCREEN)/;

/** A key pressed while an operation prints 50,000 lines a second; until the frame that shows what the key did. */
const keyToPaint: Row = {
  group: "ui",
  what: "gantry ui, key to paint during a flood of lines, p95",
  measure: async (world) => {
    const { home, ui, flood } = await openFlood(world, STEADY_LINES);
    await using _ui = ui;
    await using _home = home;
    const times: number[] = [];
    for (let count = 0; count < KEYS && !flood.isOver(); count += 1) {
      ui.type("?");
      times.push(await ui.paints("ON THIS SCREEN"));
      ui.type("q");
      await ui.shows(CLOSED);
      await delay(37 + (count % 7) * 11);
    }
    const measured = { value: quantile(times, 0.95), unit: "ms" } as const;
    const note = `${times.length} keys; the middle one ${quantile(times, 0.5).toFixed(0)} ms`;
    return [
      {
        what: keyToPaint.what,
        measured,
        target: { of: "value", atMost: 50 },
        count: times.length,
        note,
      },
    ];
  },
};

const IDLE_MS = 10_000;

/** Of one core, on the start page, where the daemon is asked for everything every few seconds. */
const idle: Row = {
  group: "ui",
  what: "gantry ui, idle",
  measure: async (world) => {
    await using ui = openUi(await world.home());
    await ui.shows(/gantryd/);
    await delay(2_000);
    const before = await cpuMs(ui.pid);
    await delay(IDLE_MS);
    const share = (((await cpuMs(ui.pid)) - before) / IDLE_MS) * 100;
    return [
      {
        what: idle.what,
        measured: { value: share, unit: "%" },
        target: { of: "value", atMost: 2 },
        count: 1,
      },
    ];
  },
};

/** What the UI holds after following a million lines, beside what it holds after the first hundred thousand. */
const memory: Row = {
  group: "ui",
  what: "gantry ui RSS after a million lines",
  measure: async (world): Promise<readonly Line[]> => {
    const { home, ui, flood, probe } = await openFlood(world, linesEndpoint(MANY_LINES));
    await using _ui = ui;
    await using _home = home;
    while (flood.shown() < MANY_LINES / 10) await delay(20);
    const early = await probe.ask(ui.pid);
    while (flood.shown() < MANY_LINES) await delay(100);
    await delay(1_000);
    const late = await probe.ask(ui.pid);
    const line = (what: string, of: keyof Memory): Line => ({
      what,
      measured: { value: late[of] / 1e6, unit: "MB" },
      beside: { what: "after the first 100,000", measured: { value: early[of] / 1e6, unit: "MB" } },
      count: 1,
    });
    const growth: Line = {
      what: "gantry ui, growth of RSS from 100,000 to a million lines",
      measured: { value: ((late.rss - early.rss) / early.rss) * 100, unit: "%" },
      target: { of: "value", atMost: 10 },
      count: 1,
    };
    return [
      growth,
      line(memory.what, "rss"),
      line("gantry ui, objects after a million lines", "heapUsed"),
    ];
  },
};

export const uiRows: readonly Row[] = [firstPaint, keyToPaint, idle, memory];

interface Flood {
  /** The number of the last line on the screen. */
  shown(): number;
  isOver(): boolean;
}

/** A UI that follows an operation which prints many lines. */
async function openFlood(
  world: World,
  endpoint: string,
): Promise<{
  readonly home: GantryHome;
  readonly ui: TerminalProgram;
  readonly flood: Flood;
  readonly probe: MemoryProbe;
}> {
  const home = await world.newHome();
  await home.warmUp();
  const dir = await world.newPrintingBundle({ lines: MANY_LINES, base: "scratch" });
  await home.gantry(["build", "--driver", endpoint], { cwd: dir });
  const probe = new MemoryProbe(home.dir);
  const ui = openUi(home, probe.env);
  await ui.shows(/gantryd/);
  await using client = await home.connect();
  ui.type("3");
  await startInstall(client, { dir, endpoint, installation: "flood" });
  await ui.shows(/install flood/);
  ui.type("\r");
  await ui.shows(/number \d/);
  const flood: Flood = {
    shown: () => Number([...ui.text.matchAll(/number (\d+)/g)].at(-1)?.[1] ?? 0),
    isOver: () => /succeeded|failed/.test(ui.text),
  };
  return { home, ui, flood, probe };
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Hundredths of a second, in user mode and in the kernel.
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (Number.isNaN(ticks))
    throw new MeasureError(`/proc/${pid}/stat cannot be read.`, { hint: "" });
  return ticks * 10;
}
