import { runtimeFor } from "@gantry/run-tool";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, dockerHost, ON_DEBIAN } from "./support/docker.ts";
import { type Helper, World } from "./support/world.ts";

const SLOW = "#!/bin/sh\necho working\nwhile [ ! -e /tmp/done ]; do sleep 0.1; done\necho done\n";
const FIELDS = {
  ...ON_DEBIAN,
  name: "looked-at",
  install: [{ exec: { command: "./slow.sh" } }],
};
const SIZE = { columns: 70, rows: 20 };
const KEY = { name: "looked-at", namespace: "" };

const ENGINES = [
  {
    driver: "local",
    options: {},
    buildArgs: { BASE: "gantry.local/userland:latest" },
    isThere: process.platform === "linux",
  },
  { driver: "docker", options: { host: dockerHost() }, buildArgs: {}, isThere: docker.available },
];

describe.each(ENGINES)("a terminal on $driver", ({ driver, options, buildArgs, isThere }) => {
  if (!isThere) process.stderr.write(`a terminal on ${driver}: skipped: the engine is not here\n`);
  const scope = new AsyncDisposableStack();
  let helper: Helper;
  let installing: { readonly operationId: string };
  let dir: string;

  beforeAll(async () => {
    if (!isThere) return;
    const world = scope.use(await World.open([{ name: "engine", driver, options }]));
    world.findRuntime = runtimeFor;
    helper = await world.start();
    dir = await world.bundle(FIELDS, { "slow.sh": SLOW });
    const build = { buildArgs };
    installing = await helper.begin(dir, { build } as Parameters<Helper["begin"]>[1]);
    await helper.said(installing, ({ event }) => "text" in event && event.text.includes("working"));
  }, 240_000);
  afterAll(() => scope.disposeAsync());

  /** What a terminal prints until it has printed `mark`, or ends; then detaches. */
  async function look(terminalId: string, mark?: RegExp, after = 0) {
    const stop = new AbortController();
    const { signal } = stop;
    const call = helper.client.call("terminal.attach", { terminalId, after }, { signal });
    let text = "";
    let offset = after;
    for await (const piece of call) {
      text += Buffer.from(piece.data, "base64").toString("utf8");
      offset = piece.offset;
      if (mark?.test(text) === true) {
        stop.abort();
        call.result.catch(() => undefined);
        return { text, offset, exitCode: undefined };
      }
    }
    return { text, offset, ...(await call.result) };
  }

  async function type(terminalId: string, text: string): Promise<void> {
    await helper.request("terminal.write", {
      terminalId,
      data: Buffer.from(text).toString("base64"),
    });
  }

  async function open(more: Record<string, unknown> = {}): Promise<string> {
    const { terminal } = await helper.request("terminal.open", { ...KEY, size: SIZE, ...more });
    return terminal.id;
  }

  it.skipIf(!isThere)(
    "is a shell in the run under way, which goes on when the client lets go and comes back",
    async () => {
      const id = await open();
      await type(
        id,
        'until [ "$(stty size)" = "20 70" ]; do sleep 0.1; done; echo user $(id -u) of $CNAB_INSTALLATION_NAME; stty size\r',
      );
      const first = await look(id, /\n20 70/);
      expect(first.text).toMatch(/user 65532 of looked-at/);

      await type(id, "echo while nobody looks\r");
      await expect.poll(async () => (await look(id, /looks\r?\n[^]*looks/)).text).toBeTruthy();
      const again = await look(id, /while nobody looks\r\n/, first.offset);
      expect(again.text).not.toContain("user 65532");

      await helper.request("terminal.resize", {
        terminalId: id,
        size: { columns: 111, rows: 33 },
      });
      await type(id, "stty size; touch /tmp/done; exit 4\r");
      expect(await look(id, undefined, again.offset)).toMatchObject({
        exitCode: 4,
        text: expect.stringContaining("33 111"),
      });
      const { outcome } = await helper.finish(installing);
      expect(outcome.operation).toMatchObject({ status: "succeeded" });
    },
    120_000,
  );

  it.skipIf(!isThere)("says that no run is under way, and what to try", async () => {
    await expect(open()).rejects.toMatchObject({
      data: { code: "state-refused", hint: expect.stringContaining("--image") },
    });
  });

  it.skipIf(!isThere)(
    "is a shell in the image of a bundle as built last, with the colours of the user's terminal",
    async () => {
      const source = { dir };
      const { terminal } = await helper.request("terminal.open", {
        source,
        size: SIZE,
        colorTerm: "truecolor",
      });
      expect(terminal).toMatchObject({
        place: "bundle",
        bundle: "looked-at",
        installation: "",
        ofItsOwn: true,
        openedBy: { name: expect.any(String) },
      });
      const { id } = terminal;
      await type(id, "echo colours $COLORTERM, name ${CNAB_INSTALLATION_NAME:-none}\r");
      await look(id, /colours truecolor, name none/);
      const { entries } = await helper.request("audit.read", { owner: "looked-at" });
      expect(entries.at(-1)).toMatchObject({
        method: "OPEN",
        path: "/terminals/bundle",
        reason: expect.stringMatching(/^by ./),
      });
      await helper.request("terminal.close", { terminalId: id });

      const nowhere = { source: { dir: "/nowhere" }, size: SIZE };
      await expect(helper.request("terminal.open", nowhere)).rejects.toMatchObject({
        data: { code: "not-found" },
      });
      await expect(helper.request("terminal.open", { size: SIZE })).rejects.toMatchObject({
        data: { code: "input-invalid" },
      });
    },
    120_000,
  );

  it.skipIf(!isThere)(
    "is a shell in a run of the image, which is gone with it",
    async () => {
      const id = await open({ image: true });
      const { terminals } = await helper.request("terminal.list", {});
      expect(terminals.at(-1)).toMatchObject({ id, ofItsOwn: true, installation: "looked-at" });
      await type(id, "ls /cnab/app/run\r");
      await look(id, /\/cnab\/app\/run\r?\n/);

      await helper.request("terminal.close", { terminalId: id });

      await expect(look(id)).rejects.toMatchObject({ data: { code: "not-found" } });
      await expect
        .poll(async () =>
          (await helper.request("terminal.list", {})).terminals.map((one) => one.id),
        )
        .not.toContain(id);
    },
    120_000,
  );

  it.skipIf(!isThere)(
    "keeps memory bounded and the last of what it printed while nobody looks",
    async () => {
      const id = await open({
        image: true,
        command: ["sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); echo $i; done; read x"],
      });
      const seen = await look(id, /\b200000\r\n/);
      expect(seen.offset).toBeGreaterThan(1_300_000);
      const back = await look(id, /\b200000\r\n/);
      expect(back.text.length).toBeLessThan(1_200_000);
      await helper.request("terminal.close", { terminalId: id });
    },
    120_000,
  );
});
