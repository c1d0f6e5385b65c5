import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import {
  CASES,
  connectInProcess,
  connectOverStdio,
  describeDriver,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { engine } from "../../../../tools/engines/require.ts";
import { buildxDriver } from "./definition.ts";
import { BuildxWorld } from "./testing/buildx-world.ts";

const buildx = engine("buildx");

/** What does not depend on where an image lands. */
const ELSEWHERE = CASES.map(({ id }) => id).filter(
  (id) =>
    id.startsWith("build.") && !["build.trivial", "build.tags", "build.canceled"].includes(id),
);
const notApplicable = Object.fromEntries(
  ELSEWHERE.map((id) => [id, "the same builder is put through it above"]),
);

vitest.describe.skipIf(!buildx.available)("buildx", async () => {
  if (!buildx.available) return;
  const { busybox } = buildx;
  const open = new AsyncDisposableStack();
  vitest.afterAll(() => open.disposeAsync());
  const classic = open.use(await BuildxWorld.open(buildx, "classic"));
  const remote = open.use(await BuildxWorld.open(buildx, "remote"));
  const inProcess = ({ options, context }: BuildxWorld, part = {}): Promise<Driver> =>
    connectInProcess(buildxDriver, { options: { ...options, ...part }, context });
  const fixture = (name: string, connect: () => Promise<Driver>): DriverFixture => ({
    name,
    connect,
    base: busybox,
  });

  describeDriver(
    fixture("an engine's own builder, over stdio", () =>
      connectOverStdio(join(import.meta.dirname, "main.ts"), {
        options: classic.options,
        context: classic.context,
      }),
    ),
    vitest,
  );
  describeDriver(
    {
      ...fixture("images in the engine, in process", () =>
        inProcess(classic, { output: "engine" }),
      ),
      notApplicable,
    },
    vitest,
  );
  describeDriver(
    fixture("a remote builder, in process", () => inProcess(remote)),
    vitest,
  );
});
