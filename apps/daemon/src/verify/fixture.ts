import { connectDriver, type Driver, type DriverContext } from "@gantry/driver-api";
import {
  buildTestImage,
  describeTestImage,
  type DriverFixture,
  type TestImage,
} from "@gantry/driver-api/conformance";
import { startProcess } from "@gantry/process";
import { LinesTransport } from "@gantry/rpc";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { startFault } from "../supervision/faults.ts";
import { StderrTail } from "../supervision/stderr-tail.ts";
import { withExchange } from "../supervision/exchange.ts";
import type { DriverUnderTest } from "./driver-under-test.ts";
import { runOnce } from "./run-once.ts";
import { tapped, type Transcript } from "./transcript.ts";

/** What the suite is run with. */
export interface FixtureParts {
  readonly driver: DriverUnderTest;
  readonly options: Readonly<Record<string, unknown>>;
  readonly context: DriverContext;
  /** Builds the test image; the driver gets it through an image layout. */
  readonly maker: Driver;
  readonly base: string;
  readonly transcript: Transcript;
}

/** The driver's program, with a test image that another driver built. */
export function fixtureOf(parts: FixtureParts): DriverFixture {
  const { driver, context, maker, base } = parts;
  let made: Promise<Made> | undefined;
  return {
    name: driver.manifest.name,
    connect: () => connect(parts),
    testImage: async (under, signal) => {
      made ??= makeImage(maker, base, { layoutDir: context.contentDir, signal });
      const image = await handOver(under, await made, { layoutDir: context.contentDir, signal });
      return driver.hasOneId ? asOneId(under, image, signal) : image;
    },
  };
}

/** A process of its own for each connection, as the daemon starts it. */
async function connect({ driver, options, context, transcript }: FixtureParts): Promise<Driver> {
  await using held = new AsyncDisposableStack();
  const prepared = held.use(await driver.prepare());
  const { command, args, env, cwd, confinement } = prepared;
  const child = await startProcess(command, args, { env, cwd, group: true, graceMs: 2_000 });
  held.defer(async () => void (await child.stop()));
  const stderr = new StderrTail(() => undefined);
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
  const wire = tapped(new LinesTransport(child.stdout, child.stdin), transcript);
  const signal = AbortSignal.timeout(30_000);
  const connecting = connectDriver(wire, { options, context, signal });
  const connected = await connecting.catch(async (error: unknown) => {
    await child.stop();
    // What it printed may arrive after its end.
    await finished(child.stderr, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    throw startFault(error, stderr.lines) ?? error;
  });
  held.use(connected);
  const process = held.move();
  const shown =
    confinement.state === "confined"
      ? withExchange(connected, join(context.stateDir, "exchange"))
      : connected;
  return { ...shown, [Symbol.asyncDispose]: () => process.disposeAsync() };
}

/** Who has one id only may run programs as root of a namespace, instead of as the user that the image names. */
async function asOneId(under: Driver, image: TestImage, signal: AbortSignal): Promise<TestImage> {
  const ran = await runOnce(under, { image: image.ref, script: "id -u", signal });
  return ran.trim() === "0" ? { ...image, uid: 0, gid: 0 } : image;
}

interface Layout {
  readonly layoutDir: string;
  readonly signal: AbortSignal;
}

interface Made {
  readonly image: TestImage;
  /** Of its manifest in the layout. */
  readonly digest: string;
}

async function makeImage(
  maker: Driver,
  base: string,
  { layoutDir, signal }: Layout,
): Promise<Made> {
  const image = await buildTestImage(maker, base, signal);
  const work = { signal, report: async () => undefined };
  const digest = await maker.images?.exportTo?.(image.ref, layoutDir, work);
  return { image, digest: digest ?? "" };
}

async function handOver(
  under: Driver,
  { image, digest }: Made,
  { layoutDir, signal }: Layout,
): Promise<TestImage> {
  const work = { signal, report: async () => undefined };
  const taken = await under.images?.importFrom?.(layoutDir, digest, work);
  return taken === undefined ? image : describeTestImage({ id: taken.id });
}
