import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { chmod, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { parseReference, withVersion } from "../reference.ts";
import { mediaTypes } from "../schemas.ts";
import { lacksRegistry, startRegistry, type TestRegistry } from "../testing/registry.ts";
import { chunks, collect, Scratch } from "../testing/scratch.ts";
import { parseChallenge } from "./challenge.ts";
import { RegistryClient } from "./client.ts";
import { type CredentialSource, dockerCredentials } from "./credentials.ts";

const login: CredentialSource = async () => ({
  kind: "password",
  username: "ann",
  password: "s3cret",
});

/**
 * A token service and, in front of a real registry, a guard that lets nobody by without a token for that very
 * repository and action.
 */
async function guarded(
  upstream: string,
  options: { readonly realm?: string; readonly scheme?: "basic" } = {},
) {
  const asked: string[] = [];
  const server = createServer((incoming, reply) => {
    const url = new URL(incoming.url ?? "/", `http://${host()}`);
    if (url.pathname === "/token") return giveToken(incoming, url, reply);
    const scope = scopeFor(incoming, url);
    if (isAllowed(incoming, scope)) return forward(incoming, reply);
    const realm = options.realm ?? `http://${host()}/token`;
    const challenge =
      options.scheme === "basic"
        ? 'Basic realm="r"'
        : `Bearer realm="${realm}",service="svc",scope="${scope}"`;
    reply.writeHead(401, { "www-authenticate": challenge }).end();
  });
  const host = () => {
    const at = server.address();
    return `127.0.0.1:${typeof at === "object" && at ? at.port : 0}`;
  };
  const basic = `Basic ${Buffer.from("ann:s3cret").toString("base64")}`;
  const giveToken = (incoming: IncomingMessage, url: URL, reply: ServerResponse) => {
    const scopes = url.searchParams.getAll("scope");
    asked.push(...scopes);
    const writes = scopes.some((scope) => scope.includes("push"));
    if (writes && incoming.headers.authorization !== basic) return reply.writeHead(401).end();
    reply
      .writeHead(200)
      .end(
        JSON.stringify({ token: Buffer.from(scopes.join(" ")).toString("hex"), expires_in: 300 }),
      );
  };
  const isAllowed = (incoming: IncomingMessage, scope: string) => {
    const given = incoming.headers.authorization ?? "";
    if (options.scheme === "basic") return given === basic;
    const [name, actions] = [
      scope.slice(0, scope.lastIndexOf(":")),
      scope.slice(scope.lastIndexOf(":") + 1),
    ];
    const held = Buffer.from(given.replace("Bearer ", ""), "hex").toString().split(" ");
    return held.some(
      (one) =>
        one.startsWith(`${name}:`) && actions.split(",").every((action) => one.includes(action)),
    );
  };
  const scopeFor = (incoming: IncomingMessage, url: URL) => {
    const name = /^\/v2\/(.+?)\/(?:blobs|manifests|tags)\//.exec(url.pathname)?.[1] ?? "";
    const reads = incoming.method === "GET" || incoming.method === "HEAD";
    return `repository:${name}:${reads ? "pull" : "pull,push"}`;
  };
  const forward = (incoming: IncomingMessage, reply: ServerResponse) => {
    // The registry must name this guard in its Location headers, so the Host header stays.
    const [address, port] = upstream.split(":");
    const out = request(
      {
        host: address,
        port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => answer.pipe(reply.writeHead(answer.statusCode ?? 500, answer.headers)),
    );
    incoming.pipe(out);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: host(),
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const bytes = Buffer.from("guarded bytes");
const descriptor = { digest: digestOf(bytes), size: bytes.byteLength };
const blob = { descriptor, open: () => chunks(bytes) };

describe.skipIf(lacksRegistry)("a registry behind a token service", () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it("gets an anonymous token to pull, once for each repository", async () => {
    await using guard = await guarded(registry.host);
    const direct = new RegistryClient();
    await direct.pushBlob(parseReference(`${registry.host}/open`), blob);
    const client = new RegistryClient();
    const reference = parseReference(`${guard.host}/open`);

    const first = await collect(client.blob(reference, descriptor));
    await collect(client.blob(reference, descriptor));

    expect(first.equals(bytes)).toBe(true);
    expect(guard.asked).toEqual(["repository:open:pull"]);
  });

  it("pushes with the user's credentials", async () => {
    await using guard = await guarded(registry.host);
    const client = new RegistryClient({ credentials: login });
    const reference = parseReference(`${guard.host}/private`);

    await client.pushBlob(reference, blob);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: { mediaType: mediaTypes.config, ...descriptor },
        layers: [],
      }),
    );
    const put = await client.pushManifest(withVersion(reference, { tag: "t" }), {
      bytes: manifest,
      mediaType: mediaTypes.manifest,
    });

    expect((await client.resolve(withVersion(reference, { tag: "t" }))).digest).toBe(put.digest);
  });

  it("reports refused rights as unauthorized, without the secret", async () => {
    await using guard = await guarded(registry.host);
    const wrong = new RegistryClient({
      credentials: async () => ({ kind: "password", username: "eve", password: "hunter2" }),
    });

    const pushing = wrong.pushBlob(parseReference(`${guard.host}/refused`), blob);

    await expect(pushing).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  it("sends a password in plain text to no token service but this machine's", async () => {
    await using guard = await guarded(registry.host, { realm: "http://tokens.example/token" });
    const client = new RegistryClient({ credentials: login });

    const asking = client.resolve(parseReference(`${guard.host}/private`));

    await expect(asking).rejects.toMatchObject({ code: "registry-error", message: /not safe/ });
  });

  it("answers a basic challenge", async () => {
    await using guard = await guarded(registry.host, { scheme: "basic" });
    const client = new RegistryClient({ credentials: login });

    expect(await client.pushBlob(parseReference(`${guard.host}/basic`), blob)).toBe("uploaded");
    const anonymous = new RegistryClient().hasBlob(
      parseReference(`${guard.host}/basic`),
      descriptor.digest,
    );
    await expect(anonymous).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("parseChallenge", () => {
  it("reads the bearer challenge, also behind another one", () => {
    const header =
      'Basic realm="x", Bearer realm="https://a/t",service="s, with comma",scope="repository:a:pull,push"';

    expect(parseChallenge(header)).toEqual({
      scheme: "bearer",
      realm: "https://a/t",
      service: "s, with comma",
      scope: "repository:a:pull,push",
    });
  });

  it("knows no other scheme", () => {
    expect(parseChallenge("Negotiate abc")).toBeUndefined();
    expect(parseChallenge(null)).toBeUndefined();
  });
});

describe("dockerCredentials", () => {
  const auth = Buffer.from("ann:pa:ss").toString("base64");

  it("reads auths by host, by address and for the Hub", async () => {
    await using scratch = await Scratch.make();
    const auths = {
      "https://reg.example/v2/": { auth },
      "https://index.docker.io/v1/": { identitytoken: "tok" },
    };
    await writeFile(scratch.at("config.json"), JSON.stringify({ auths }));
    const find = dockerCredentials({ directory: scratch.path, env: {} });

    expect(await find("reg.example")).toEqual({
      kind: "password",
      username: "ann",
      password: "pa:ss",
    });
    expect(await find("docker.io")).toEqual({ kind: "identity", token: "tok" });
    expect(await find("other.example")).toBeUndefined();
  });

  it("is anonymous without a file and refuses a broken one without quoting it", async () => {
    await using scratch = await Scratch.make();
    const find = dockerCredentials({ directory: scratch.path, env: {} });

    expect(await find("reg.example")).toBeUndefined();
    await writeFile(scratch.at("config.json"), '{"auths": hunter2');
    await expect(find("reg.example")).rejects.toMatchObject({
      code: "credentials",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  it("asks the helper of the registry, on standard input", async () => {
    await using scratch = await Scratch.make();
    await helper(
      scratch,
      "mine",
      `read server; printf '{"ServerURL":"%s","Username":"ann","Secret":"for %s"}' "$server" "$server"`,
    );
    await writeFile(
      scratch.at("config.json"),
      JSON.stringify({ credHelpers: { "reg.example": "mine" } }),
    );
    const find = dockerCredentials({
      directory: scratch.path,
      env: { PATH: `${scratch.path}:/bin:/usr/bin` },
    });

    expect(await find("reg.example")).toEqual({
      kind: "password",
      username: "ann",
      password: "for reg.example",
    });
  });

  it("takes a helper's not found for anonymous, and any other failure for an error", async () => {
    await using scratch = await Scratch.make();
    await helper(scratch, "none", "echo credentials not found in native keychain; exit 1");
    await helper(scratch, "bad", "echo s3cret; exit 3");
    const env = { PATH: `${scratch.path}:/bin:/usr/bin` };
    const ask = async (credsStore: string) => {
      await writeFile(scratch.at("config.json"), JSON.stringify({ credsStore }));
      return dockerCredentials({ directory: scratch.path, env })("reg.example");
    };

    expect(await ask("none")).toBeUndefined();
    await expect(ask("bad")).rejects.toMatchObject({
      code: "credentials",
      message: expect.not.stringContaining("s3cret"),
    });
    await expect(ask("absent")).rejects.toMatchObject({
      code: "credentials",
      message: /cannot be run/,
    });
    await expect(ask("../evil")).rejects.toMatchObject({
      code: "credentials",
      message: /not valid/,
    });
  });
});

async function helper(scratch: Scratch, name: string, script: string): Promise<void> {
  const path = scratch.at(`docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}
