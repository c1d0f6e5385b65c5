import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { METHODS, PROTOCOL_VERSION, socketPathOf } from "@gantry/protocol";
import { type Binding, bind, Peer, RpcError, WebSocketListener } from "@gantry/rpc";
import { afterEach, describe, expect, test } from "vitest";
import type { TerminalHome } from "./testing/pty.ts";
import { Screen } from "./testing/screen.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const homes: string[] = [];
const scope: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of scope.splice(0)) await one[Symbol.asyncDispose]();
  for (const dir of homes.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A home whose daemon is what the test makes of it. */
async function homeOf(...bindings: readonly Binding[]): Promise<TerminalHome> {
  const dir = mkdtempSync(join(tmpdir(), "gantry-odd-"));
  homes.push(dir);
  const listener = await WebSocketListener.listen(socketPathOf(dir), (transport) => {
    scope.unshift(new Peer(transport, { bindings: [...bindings] }));
  });
  scope.push(listener);
  const { PATH = "", HOME = "" } = process.env;
  return {
    bundle: dir,
    env: { PATH, HOME, GANTRY_HOME: dir },
    command: (...words) => [process.execPath, ["--conditions=@gantry/source", MAIN, ...words]],
  };
}

const GREETS = bind(METHODS.initialize, async () => ({
  daemon: { version: "0.1.0", pid: 1, home: "/" },
  protocol: PROTOCOL_VERSION,
  methods: [],
  isLeaving: false,
}));

describe("a daemon that is not ours", () => {
  test("of another version is told from one that is away, with what to do", async () => {
    const home = await homeOf(
      bind(METHODS.initialize, async () => {
        throw new RpcError(36, "The daemon is of version 9.", { code: "protocol-version" });
      }),
    );
    using screen = new Screen(home, ["ui"], { columns: 140 });

    await screen.shows("The daemon is of version 9. Run `gantry daemon stop`, then try again");
    screen.type("q");
    expect(await screen.exited).toBe(0);
  });

  test("that answers nonsense is a defect: the terminal is given back first, then it is said, exit code 70", async () => {
    const nonsense = { safeParse: (data: unknown) => ({ success: true as const, data }) };
    const method = {
      ...METHODS["driver.list"],
      result: nonsense,
    } as unknown as (typeof METHODS)["driver.list"];
    const home = await homeOf(
      GREETS,
      bind(method, async () => ({ endpoints: 7 }) as never),
    );
    using screen = new Screen(home, ["ui"]);

    expect(await screen.exited).toBe(70);
    expect(screen.isFull).toBe(false);
    expect(screen.text).toContain("Gantry has a defect");
    expect(screen.sent.lastIndexOf("\u001b[?25h")).toBeGreaterThan(
      screen.sent.lastIndexOf("\u001b[?25l"),
    );
    expect(screen.sent).toContain("\u001b[?1006l");
  });

  test("that knows none of the methods is said so, screen by screen", async () => {
    using screen = new Screen(await homeOf(GREETS), ["ui"]);
    await screen.shows("WHAT TO DO NEXT");
    await screen.press("5");

    await screen.shows(/✗ .*driver\.list|✗ .*[Mm]ethod/);
    screen.type("ctrlC");
    expect(await screen.exited).toBe(0);
  });
});
