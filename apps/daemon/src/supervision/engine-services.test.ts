import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { EngineServices, listens } from "./engine-services.ts";

/** Listens at the socket that it is given, and leaves its process id beside it. */
const LISTEN = `
  const [socket] = process.argv.slice(1);
  require("node:fs").writeFileSync(socket + ".pid", String(process.pid));
  require("node:net").createServer((peer) => peer.end()).listen(socket);
`;
const environment = { PATH: process.env["PATH"] ?? "" };

function service(program: string) {
  const command = (socket: string): [string, ...string[]] => [
    process.execPath,
    "-e",
    program,
    socket,
  ];
  return { name: "sample", command, environment };
}

const pidOf = async (socket: string): Promise<number> =>
  Number(await readFile(`${socket}.pid`, "utf8"));

it("has one service listening for all who need it, and ends it", async () => {
  await using dir = await TempDir.create("gantry-services-");
  const services = new EngineServices({ dir: dir.path, log: () => undefined });

  const [one, two] = await Promise.all([
    services.socketOf(service(LISTEN)),
    services.socketOf(service(LISTEN)),
  ]);

  expect(one).toBe(two);
  expect(await listens(one)).toBe(true);
  await services[Symbol.asyncDispose]();
  expect(await listens(one)).toBe(false);
});

it("takes a service up again that was killed, at the same place", async () => {
  await using dir = await TempDir.create("gantry-services-");
  const said: string[] = [];
  await using services = new EngineServices({ dir: dir.path, log: (_, text) => said.push(text) });
  const socket = await services.socketOf(service(LISTEN));
  const first = await pidOf(socket);

  process.kill(first, "SIGKILL");

  await expect.poll(() => pidOf(socket), { timeout: 20_000 }).not.toBe(first);
  await expect.poll(() => listens(socket), { timeout: 20_000 }).toBe(true);
  expect(said).toEqual([expect.stringContaining("started again")]);
});

it("says what a service said that does not come to listen, and tries anew the next time", async () => {
  await using dir = await TempDir.create("gantry-services-");
  await using services = new EngineServices({ dir: dir.path, log: () => undefined });
  const broken = service('console.error("no storage here"); process.exit(3)');

  await expect(services.socketOf(broken)).rejects.toMatchObject({
    code: "driver-refused",
    message: expect.stringContaining("no storage here"),
  });
  expect(await listens(await services.socketOf(service(LISTEN)))).toBe(true);
});

it("says of a program that is not there that it is not", async () => {
  await using dir = await TempDir.create("gantry-services-");
  await using services = new EngineServices({ dir: dir.path, log: () => undefined });
  const absent = { ...service(""), command: (): [string] => [join(dir.path, "nothing")] };

  await expect(services.socketOf(absent)).rejects.toMatchObject({
    code: "driver-refused",
    message: expect.stringContaining("nothing was not found"),
  });
});
