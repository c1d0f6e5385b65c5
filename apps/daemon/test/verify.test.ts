import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { VerifiedCase } from "@gantry/protocol";
import { expect, it } from "vitest";
import { type Helper, World } from "./support/world.ts";

const PYTHON = resolve(import.meta.dirname, "../../../examples/driver-python");
const hasPython =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;
if (!hasPython) process.stderr.write("verifying drivers: skipped: no Python 3.9 or later\n");

const confines = process.platform === "linux" && existsSync("/usr/bin/perl");
if (!confines) process.stderr.write("verifying drivers confined: skipped: no perl, or no Linux\n");

async function verify(helper: Helper, dir: string, only: string, unconfined = false) {
  const call = helper.client.call("driver.verify", { dir, only, unconfined });
  const cases: VerifiedCase[] = await Array.fromAsync(call);
  return { cases, result: await call.result };
}

const LOCAL = [{ name: "local", driver: "local" }];
const MANIFEST = {
  schemaVersion: 1,
  name: "liar",
  version: "1.0.0",
  publisher: "nobody",
  protocols: [1],
  facets: ["run"],
  command: ["./driver.sh"],
};
const ASKS_SED = { ...MANIFEST, powers: { subprocesses: ["sed"] } };

it.skipIf(!hasPython)(
  "runs the suite against a driver's program, with an image that the local driver built",
  async () => {
    await using world = await World.open(LOCAL);
    const helper = await world.start();

    const { cases, result } = await verify(helper, PYTHON, "run.exit");

    expect(result).toMatchObject({ driver: "python", failed: 0 });
    expect(result.passed).toBeGreaterThan(1);
    expect(cases.every(({ id }) => id.startsWith("run.exit"))).toBe(true);
  },
  240_000,
);

/** Tells in its probe what it sees of the machine. */
const PEEKER = `#!/bin/sh
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
  seen=nothing
  [ -e "$HOME/.ssh" ] && seen=keys
  case $line in
    *driver.describe*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocols":[1],"name":"liar","version":"1.0.0","optionsSchema":{}}}\\n' "$id" ;;
    *driver.initialize*) printf '{"jsonrpc":"2.0","id":%s,"result":{"facets":{"run":{"platforms":[],"features":[]}}}}\\n' "$id" ;;
    *driver.shutdown*) printf '{"jsonrpc":"2.0","id":%s,"result":{}}\\n' "$id" ;;
    *driver.probe*) printf '{"jsonrpc":"2.0","id":%s,"result":{"seen":"%s"}}\\n' "$id" "$seen" ;;
  esac
done
`;

it.skipIf(!confines)(
  "starts a driver confined, with what its manifest asks for; and as an ordinary process only where that is said",
  async () => {
    await using world = await World.open(LOCAL);
    await world.file("ssh-home/.ssh/key", "secret");
    await world.file("liar/gantry-driver.json", JSON.stringify(ASKS_SED));
    // HOME is in the program, since nobody is granted it.
    await world.file("liar/driver.sh", PEEKER.replace("$HOME", `${world.dir}/ssh-home`));
    const helper = await world.start();

    const confined = await verify(helper, `${world.dir}/liar`, "probe");
    const free = await verify(helper, `${world.dir}/liar`, "probe", true);

    const seen = ({ cases }: typeof free) => cases[0]?.transcript?.join("") ?? "";
    expect(confined.result.confinement).toBe("confined");
    expect(seen(confined)).toContain('"seen":"nothing"');
    expect(free.result).toMatchObject({
      confinement: "unconfined",
      weaker: ["everything: as asked for"],
    });
    expect(seen(free)).toContain('"seen":"keys"');
  },
  120_000,
);

it.skipIf(!confines)(
  "shows what a driver printed that could not be started",
  async () => {
    await using world = await World.open(LOCAL);
    await world.file("liar/gantry-driver.json", JSON.stringify(MANIFEST));
    await world.file("liar/driver.sh", "#!/bin/sh\nsed s/a/b/\n");
    const helper = await world.start();

    const tried = verify(helper, `${world.dir}/liar`, "probe");

    await expect(tried).rejects.toMatchObject({
      data: { details: [expect.stringMatching(/^stderr: .*sed.*not found/)] },
    });
  },
  60_000,
);

it.skipIf(!hasPython || !confines).each(["host.", "probe", "run.o", "run.file"])(
  "passes the driver in Python, confined, in the cases %s",
  async (only) => {
    await using world = await World.open(LOCAL);
    const helper = await world.start();

    const { cases, result } = await verify(helper, PYTHON, only);

    const failed = cases.filter(({ verdict }) => verdict === "failed");
    expect(failed).toEqual([]);
    expect(result).toMatchObject({ driver: "python", confinement: "confined" });
    expect(result.passed).toBeGreaterThan(0);
  },
  240_000,
);

it("says of each case that fails what was found, and what was on the wire", async () => {
  await using world = await World.open(LOCAL);
  const helper = await world.start();
  await world.file("liar/gantry-driver.json", JSON.stringify(ASKS_SED));
  const describe = '{"protocols":[1],"name":"liar","version":"1.0.0","optionsSchema":{}}';
  const facets = '{"facets":{"run":{"platforms":["linux/amd64"],"features":[]}}}';
  await world.file(
    "liar/driver.sh",
    `#!/bin/sh
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
  case $line in
    *driver.describe*) printf '{"jsonrpc":"2.0","id":%s,"result":${describe}}\\n' "$id" ;;
    *driver.initialize*) printf '{"jsonrpc":"2.0","id":%s,"result":${facets}}\\n' "$id" ;;
    *driver.shutdown*) printf '{"jsonrpc":"2.0","id":%s,"result":{}}\\n' "$id" ;;
    *driver.probe*) printf '{"jsonrpc":"2.0","id":%s,"result":{"state":"splendid"}}\\n' "$id" ;;
  esac
done
`,
  );

  const { cases, result } = await verify(helper, `${world.dir}/liar`, "probe");

  expect(result).toMatchObject({ driver: "liar", passed: 1, failed: 1 });
  expect(cases[0]).toMatchObject({ id: "probe.answers", verdict: "failed" });
  expect(cases[0]?.transcript).toContainEqual(expect.stringMatching(/^< .*splendid/));

  const inspected = await helper.request("driver.inspect", { spec: `${world.dir}/liar`, cwd: "/" });
  const { source, sha512 = "" } = inspected;
  await helper.request("driver.install", { source, sha512, grant: ["all"] });
  const installed = await verify(helper, `${world.dir}/elsewhere/liar`, "probe");
  expect(installed.result).toMatchObject({ driver: "liar", failed: 1 });
}, 120_000);

it("refuses a directory that is no package, and a manifest that is none", async () => {
  await using world = await World.open(LOCAL);
  const helper = await world.start();
  await world.file("broken/gantry-driver.json", '{"schemaVersion": 1, "name": "X"}');
  const ask = (dir: string) => helper.request("driver.verify", { dir });

  await expect(ask(`${world.dir}/nothing`)).rejects.toMatchObject({ data: { code: "not-found" } });
  await expect(ask(`${world.dir}/broken`)).rejects.toMatchObject({
    message: expect.stringMatching(/broken\/gantry-driver\.json[^]*publisher/),
    data: { code: "config-invalid" },
  });
});
