import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface PublishedVersion {
  readonly version: string;
  /** The tarball, as a file. */
  readonly tarball: string;
  readonly deprecated?: string;
  /** The sigstore bundle of its provenance. */
  readonly provenance?: unknown;
  /** What the document promises, where that is not the truth. */
  readonly integrity?: string;
}

/** An npm registry on loopback: the documents, tarballs and attestations that a real one serves. */
export class NpmServer implements AsyncDisposable {
  readonly url: string;
  /** The requests that came, with their Authorization header. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  /** When set, whoever does not send it is refused. */
  token: string | undefined;
  readonly #packages = new Map<string, PublishedVersion[]>();
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<NpmServer> {
    const server = createServer((request, response) => void started.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const started: NpmServer = new NpmServer(`http://127.0.0.1:${port}/`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return started;
  }

  publish(name: string, version: PublishedVersion): void {
    this.#packages.set(name, [...(this.#packages.get(name) ?? []), version]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const path = decodeURIComponent(pathname.slice(1));
    const { authorization } = request.headers;
    this.asked.push({ path, authorization });
    if (this.token !== undefined && authorization !== `Bearer ${this.token}`)
      return void response.writeHead(401).end();
    if (path === "-/v1/search") return this.#json(response, this.#search(searchParams));
    const [, tarball] = /^-\/tarballs\/(.+)$/.exec(path) ?? [];
    if (tarball !== undefined) return void response.end(await readFile(`/${tarball}`));
    const [, name, version] = /^-\/attestations\/(.+)@([^@]+)$/.exec(path) ?? [];
    if (name !== undefined) return this.#json(response, this.#attestations(name, version));
    const versions = this.#packages.get(path);
    if (versions === undefined) return void response.writeHead(404).end("{}");
    this.#json(response, await this.#document(path, versions));
  }

  #json(response: ServerResponse, value: unknown): void {
    response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  }

  async #document(name: string, versions: readonly PublishedVersion[]): Promise<unknown> {
    const entries = versions.map(async (one) => [one.version, await this.#version(name, one)]);
    const latest = versions.at(-1)?.version;
    const all = Object.fromEntries(await Promise.all(entries));
    return { _id: name, name, "dist-tags": { latest }, versions: all };
  }

  async #version(name: string, published: PublishedVersion): Promise<unknown> {
    const { version, tarball, deprecated, provenance, integrity } = published;
    const digest = createHash("sha512")
      .update(await readFile(tarball))
      .digest("base64");
    const url = `${this.url}-/attestations/${name}@${version}`;
    const predicateType = "https://slsa.dev/provenance/v1";
    return {
      name,
      version,
      ...(deprecated === undefined ? {} : { deprecated }),
      dist: {
        tarball: `${this.url}-/tarballs${tarball}`,
        integrity: integrity ?? `sha512-${digest}`,
        ...(provenance === undefined
          ? {}
          : { attestations: { url, provenance: { predicateType } } }),
      },
    };
  }

  #attestations(name: string, version: string | undefined): unknown {
    const found = this.#packages.get(name)?.find((one) => one.version === version);
    const predicateType = "https://slsa.dev/provenance/v1";
    return { attestations: [{ predicateType, bundle: found?.provenance }] };
  }

  #search(query: URLSearchParams): unknown {
    const [keyword, word = ""] = (query.get("text") ?? "").split(" ");
    if (keyword !== "keywords:gantry-driver") return { objects: [], total: 0 };
    const names = [...this.#packages.keys()].filter((name) => name.includes(word));
    const objects = names.map((name) => ({
      package: {
        name,
        version: this.#packages.get(name)?.at(-1)?.version,
        description: `About ${name}`,
        publisher: { username: "someone" },
      },
    }));
    return { objects, total: objects.length };
  }
}
