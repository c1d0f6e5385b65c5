import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { localDriver } from "../definition.ts";
import { bareSpec, contextOf, textOf } from "./world.ts";
import { USERLAND } from "../userland/userland.ts";

/** Builds and runs an image with a user of its own as whoever runs this; prints what became of owners, as JSON. */
const context = contextOf(process.argv[2] ?? "");
const signal = AbortSignal.timeout(40_000);
await using driver = localDriver.create({}, context);
const { state } = await driver.probe(signal);
const { images, build, run: runs } = driver;
await images?.pull?.(USERLAND, { signal, report: async () => {} });
const built = await build?.build(
  {
    id: "owners",
    contextDir: context.stateDir,
    dockerfile: { text: `FROM ${USERLAND}\nUSER 4711:4712\n`, path: "Dockerfile" },
    ignore: "*",
    tags: [],
    platforms: [],
    buildArgs: {},
    labels: {},
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    extraHosts: [],
    noCache: false,
    pull: false,
    insecureRegistries: [],
  },
  { signal, report: async () => {} },
);
const script =
  'id | cut -d" " -f1-2; cd /cnab/app/outputs; umask 077; printf hidden >closed; printf seen >open; chmod 644 open; ls -ln | tail -n +2; chmod 700 .';
const spec = {
  ...bareSpec(),
  image: { id: built?.images[0]?.id ?? "" },
  command: ["sh", "-c", script],
};
await using run = await runs?.start(spec, signal);
await run?.outcome(signal);
const [id = "", ...listed] = (run === undefined ? "" : (await textOf(run, signal)).stdout)
  .trim()
  .split("\n");
const outputs: unknown[] = [];
for await (const piece of run?.outputs(signal) ?? []) {
  outputs.push([piece.path, piece.uid, piece.gid, Buffer.from(piece.data).toString()]);
}
await run?.remove(signal);
const left = await readdir(join(context.stateDir, "runs"));
const owners = listed
  .map((line) => line.split(/\s+/))
  .map(([, , uid, gid, ...rest]) => `${uid} ${gid} ${rest.at(-1)}`);
process.stdout.write(
  JSON.stringify({ state, id: id.replaceAll(/\([^)]*\)/g, ""), listed: owners, outputs, left }),
);
