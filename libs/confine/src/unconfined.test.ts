import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Powers } from "@gantry/driver-package";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, startAll, type World } from "./testing/world.ts";

const root = users().find(({ uid }) => uid === 0);
const reason =
  whyNoConfinement() ?? (root === undefined ? "only root can take it away" : undefined);
if (reason !== undefined)
  process.stderr.write(`machines that cannot confine: skipped: ${reason}\n`);

/** Takes something away from the machine, for one command. */
const without = (spaces: readonly string[], script: string): readonly string[] => [
  "unshare",
  ...spaces,
  "sh",
  "-c",
  `${script} && exec "$@"`,
  "sh",
];
const MACHINES = [
  {
    title: "without perl",
    wrap: without(["--mount"], "mount --bind /dev/null /usr/bin/perl"),
    why: /perl is not installed/,
  },
  {
    title: "without user namespaces",
    wrap: without(["--user", "--map-root-user"], "echo 0 > /proc/sys/user/max_user_namespaces"),
    why: /leave the namespaces: No space left on device/,
  },
];

describe.skipIf(reason !== undefined).each(MACHINES)("a machine $title", ({ wrap, why }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(root ?? { title: "", uid: 0, prefix: [] });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("refuses drivers under policy strict, and says why", async () => {
    const request = await requestIn(world, { files: { main: "" }, command: ["sh", "main"] });
    const [outcome] = await startAll(world, [request], wrap);
    expect(outcome).toMatchObject({
      refused: "cannot-confine",
      message: expect.stringMatching(why),
      hint: expect.stringContaining("docs/confinement.md"),
    });
  });

  it("starts them unconfined otherwise, and says why; content and environment are still held", async () => {
    const files = { main: 'echo "secret: $SECRET token: $TOKEN"' };
    const base = await requestIn(world, { files, command: ["sh", "main"], policy: "default" });
    const granted = Powers.parse({ environment: ["TOKEN"] });
    const environment = { ...base.environment, TOKEN: "t" };
    const changed = await requestIn(world, { files, command: ["sh", "main"], policy: "default" });
    await writeFile(join(changed.directory, "main"), "echo evil");
    const requests = [{ ...base, granted, environment }, changed];
    const [outcome, refused] = await startAll(world, requests, wrap);
    expect(outcome).toMatchObject({
      confinement: { state: "unconfined", missing: [expect.stringMatching(why)] },
      stdout: "secret:  token: t\n",
    });
    expect(refused).toMatchObject({ refused: "content-changed" });
  });
});

describe.skipIf(reason !== undefined)("a driver that may write everywhere", () => {
  it("is called unconfined, because it is", async () => {
    await using world = await openWorld(root ?? { title: "", uid: 0, prefix: [] });
    const base = await requestIn(world, { files: { main: "echo ran" }, command: ["sh", "main"] });
    const granted = Powers.parse({ write: ["/"] });
    const [outcome] = await startAll(world, [{ ...base, granted, policy: "default" }]);
    expect(outcome).toMatchObject({
      confinement: {
        state: "unconfined",
        missing: ["everything: it may write everywhere, as granted"],
      },
      stdout: "ran\n",
    });
  });
});
