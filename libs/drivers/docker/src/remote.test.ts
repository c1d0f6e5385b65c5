import { existsSync } from "node:fs";
import { findExecutable, TempDir } from "@gantry/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerDriver } from "./definition.ts";
import { dockerOptionsFromEnvironment } from "./options.ts";
import { DockerWorld, present } from "./testing/docker-world.ts";
import { makeCertificates } from "./testing/certificates.ts";
import { freePort } from "./testing/free-port.ts";
import { canStartEngine, PrivateEngine } from "./testing/private-engine.ts";
import { SshServer } from "./testing/ssh-server.ts";

const missing = await whatIsMissing();
if (missing !== undefined)
  process.stderr.write(`docker driver from afar: skipped: ${missing} is not here\n`);

async function whatIsMissing(): Promise<string | undefined> {
  if (!(await canStartEngine())) return "dockerd (and root)";
  if (!existsSync("/usr/sbin/sshd")) return "sshd";
  const path = process.env["PATH"];
  return (await findExecutable("openssl", path)) === undefined ? "openssl" : undefined;
}

describe.skipIf(missing !== undefined)("an engine on another machine", () => {
  const scope = new AsyncDisposableStack();
  let certificates: string;
  let engine: PrivateEngine;
  let port: number;

  beforeAll(async () => {
    certificates = scope.use(await TempDir.create("gantry-tls-")).path;
    await makeCertificates(certificates);
    port = await freePort();
    const files = { cacert: "ca", cert: "server-cert", key: "server-key" };
    const tls = Object.entries(files).map(
      ([name, file]) => `--tls${name}=${certificates}/${file}.pem`,
    );
    engine = scope.use(
      await PrivateEngine.start(["-H", `tcp://127.0.0.1:${port}`, "--tlsverify", ...tls]),
    );
  }, 120_000);
  afterAll(() => scope.disposeAsync());

  /** The driver as this environment makes it. */
  function driverIn(environment: Record<string, string>) {
    const options = { ...dockerOptionsFromEnvironment(environment) };
    const context = { stateDir: certificates, contentDir: certificates };
    return dockerDriver.create(options, context);
  }

  const byTls = (more: Record<string, string>) => ({
    DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    DOCKER_TLS_VERIFY: "1",
    ...more,
  });

  it("answers over TLS who shows a certificate", async () => {
    await using driver = driverIn(byTls({ DOCKER_CERT_PATH: certificates }));

    expect(await driver.probe(soon())).toMatchObject({
      state: expect.stringMatching(/ready|degraded/),
      engine: expect.stringContaining("Docker Engine"),
    });
  });

  it("is away over TLS for who has none, and says what to check", async () => {
    await using driver = driverIn(byTls({ DOCKER_CONFIG: "/nonexistent" }));

    expect(await driver.probe(soon())).toMatchObject({
      state: "unavailable",
      problems: [{ fix: expect.stringContaining("certPath") }],
    });
  });

  it("builds and runs over ssh, with a key and no question", async () => {
    await using ssh = await SshServer.start();
    const base = await engine.image();
    const host = `ssh://root@127.0.0.1:${ssh.port}${engine.socket}`;
    const environment = { DOCKER_HOST: host, ...ssh.environment };
    await using world = await DockerWorld.open({ ...dockerOptionsFromEnvironment(environment) });
    const context = await world.context({ "hello.txt": "hello from afar\n" });
    const request = world.request(`FROM ${base}\nCOPY hello.txt /\n`, context);

    const { images } = await present(world.driver.build).build(request, world.work);
    const image = { id: present(images[0]).id };
    const finished = await world.finish(world.spec(image, "cat /hello.txt; exit 4"));

    expect(finished).toMatchObject({
      outcome: { kind: "exited", exitCode: 4 },
      stdout: "hello from afar\n",
    });
  });

  it("is away over ssh when ssh lets nobody in, in ssh's words", async () => {
    await using ssh = await SshServer.start();
    const environment = { ...ssh.environment, PATH: process.env["PATH"] ?? "" };
    const host = `ssh://nobody-here@127.0.0.1:${ssh.port}`;
    await using driver = driverIn({ DOCKER_HOST: host, ...environment });

    expect(await driver.probe(soon())).toMatchObject({
      state: "unavailable",
      problems: [{ text: expect.stringMatching(/over SSH: .*(verification failed|denied)/) }],
    });
  });
});

const soon = () => AbortSignal.timeout(30_000);
