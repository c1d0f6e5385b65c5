import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GantryHome } from "./gantry-home.ts";
import type { TerminalHome } from "./pty.ts";

/** A bundle whose inputs are of every kind that a form knows. */
const MANIFEST = `schemaVersion: 1.0.1
name: shop
version: 0.3.0
description: Sells things
registry: localhost:5000
dockerfile: base.Dockerfile
mixins: [exec]
parameters:
  - {name: size, type: string, enum: [small, large], default: small, description: How big it is}
  - {name: replicas, type: integer, minimum: 1, maximum: 9, default: 2}
  - {name: loud, type: boolean, default: false}
  - {name: pin, type: string, sensitive: true, default: none}
credentials:
  - {name: api-key, env: API_KEY, description: Opens the shop}
outputs:
  - {name: address, type: string, default: nowhere}
customActions:
  status: {description: How the shop is, modifies: false}
install:
  - exec: {command: "true"}
upgrade:
  - exec: {command: "true"}
status:
  - exec: {command: "true"}
uninstall:
  - exec: {command: "true"}
`;

/** Runs that end at once, of a bundle with inputs. */
export function shopHome(): GantryHome {
  return new GantryHome([{ print: "The shop is open.\n" }, STATE], {}, MANIFEST);
}

const STATE = { write: "porter-state", text: "" };

/** Lines that come one after the other for a few seconds. */
export const SLOW_LINES = 40;

export function slowHome(): GantryHome {
  const lines = Array.from({ length: SLOW_LINES }, (_, index) => [
    { print: `line ${index + 1}.\n` },
    { sleepMs: 100 },
  ]);
  return new GantryHome([...lines.flat(), STATE]);
}

/** Everything that a program should not print. */
export function nastyHome(): GantryHome {
  return new GantryHome([
    { print: "red \u001b[31mtext\u001b[0m and \u001b[2J\u001b[10;10Hjumps\u0007\n" },
    { print: "\u001b]0;title\u0007\u001bPq\u001b\\after\n" },
    { print: `${"漢字".repeat(60)}\n` },
    { print: `${"x".repeat(1_000_000)}\n` },
    { print: "right \u202eto left\u202c العربية\n" },
    { print: "emoji 👩‍👩‍👧 and combining e\u0301\n" },
    { print: "bad \ufffd\u0000\u009b31m bytes\ttab\rover\n" },
    { print: "the end\n" },
    STATE,
  ]);
}

const MAIN = join(import.meta.dirname, "../main.ts");
const HELLO = join(import.meta.dirname, "../../../../examples/hello");

/** The example bundle, with the drivers that are built in: what runs is real. */
export class LocalHome implements TerminalHome, Disposable {
  readonly #dir = mkdtempSync(join(tmpdir(), "gantry-local-"));
  readonly bundle = join(this.#dir, "hello");

  constructor() {
    cpSync(HELLO, this.bundle, { recursive: true });
  }

  get env(): Record<string, string> {
    const { PATH = "", HOME = "" } = process.env;
    return { PATH, HOME, GANTRY_HOME: join(this.#dir, "home") };
  }

  command(...words: readonly string[]): readonly [string, string[]] {
    return [process.execPath, ["--conditions=@gantry/source", MAIN, ...words]];
  }

  [Symbol.dispose](): void {
    const [program, args] = this.command("daemon", "stop", "--force");
    spawnSync(program, args, { env: this.env, cwd: this.bundle });
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
