import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseBundle } from "@gantry/cnab";
import type { Driver, RunSpec } from "@gantry/driver-api";
import { dockerDriver } from "@gantry/driver-docker";
import { installSpec } from "../ours/bundle.ts";
import { carryOut } from "../ours/drive.ts";
import { MeasureError } from "../errors.ts";
import { dockerSequence } from "../beside/docker-sequence.ts";
import { type Line, overheadNote, pairedLine, type Target } from "../line.ts";
import { comparePairs, type Side } from "../measure.ts";
import type { Row } from "../row.ts";
import { oncePerWorld, type World } from "../world.ts";

const BESIDE = "docker create, cp, start -a, cp, rm";

/** The same run with the docker command line, with gantry, and with the driver alone. */
interface Docker {
  readonly spec: RunSpec;
  readonly driver: Driver;
  readonly sequence: Side;
}

const docker = oncePerWorld(prepareDocker);

export const installRows: readonly Row[] = [
  row("gantry install --driver docker", { of: "ratio", atMost: 1.1 }, (world) =>
    install(world, "docker"),
  ),
  row("the docker driver alone", undefined, async (world) => driverAlone(world)),
  row("gantry install --driver local", { of: "ratio", atMost: 0.5 }, (world) =>
    install(world, "local"),
  ),
];

function row(what: string, target: Target | undefined, side: (world: World) => Promise<Side>): Row {
  const measure = async (world: World): Promise<readonly Line[]> => {
    const { sequence } = await docker(world);
    const ours = await side(world);
    const { pairs: count, signal } = world;
    const pairs = await comparePairs({ ours, beside: sequence, pairs: count, signal });
    const note = overheadNote(pairs);
    return [pairedLine({ what, beside: BESIDE, pairs, note, ...(target && { target }) })];
  };
  return { group: "install", what, measure };
}

/** Each install is the first of its name; its bundle is up to date, which is looked up each time. */
async function install(world: World, endpoint: string): Promise<Side> {
  const [home, cwd] = await Promise.all([world.home(), world.builtBundle(endpoint)]);
  return {
    run: async (round) => {
      const name = `${endpoint}-${round + 1}`;
      await home.gantry(["install", name, "--driver", endpoint], { cwd });
    },
  };
}

async function driverAlone(world: World): Promise<Side> {
  const { driver, spec } = await docker(world);
  const { run } = driver;
  if (run === undefined) throw new MeasureError("The docker driver cannot run.", { hint: "" });
  return { run: () => carryOut(run, spec, world.signal) };
}

async function prepareDocker(world: World): Promise<Docker> {
  const cli = await world.docker();
  const bundle = await world.builtBundle("docker");
  const { invocationImages } = parseBundle(await readFile(join(bundle, ".cnab/bundle.json")));
  const reference = invocationImages[0]?.image ?? "";
  const id = (await cli.run(["image", "inspect", "--format", "{{.Id}}", reference])).trim();
  const spec = await installSpec(bundle, { id, reference });
  const dir = world.newPath("sequence");
  await mkdir(dir);
  return {
    spec,
    driver: world.use(await makeDriver(world)),
    sequence: await dockerSequence(cli, spec, dir),
  };
}

async function makeDriver(world: World): Promise<Driver> {
  const environment = Object.fromEntries(
    Object.entries(world.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const options = (await dockerDriver.optionsFromEnvironment?.(environment)) ?? {};
  const dir = world.newPath("docker-driver");
  return dockerDriver.create(options, { stateDir: dir, contentDir: dir });
}
