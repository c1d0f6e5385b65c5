import { openAsBlob } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { ToolFailedError } from "../errors.ts";
import type { Home } from "../machine/home.ts";
import type { StoredImage } from "../images/image.ts";
import { Server } from "../machine/server.ts";

/** A port of the loopback interface that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

function configText(storage: string, address: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: address },
  });
}

async function answers(address: string): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    (response) => response.ok,
    () => false,
  );
}

/** A running registry. `address` is `127.0.0.1:PORT`, plain HTTP. */
export interface Registry extends AsyncDisposable {
  readonly address: string;
}

/** Starts a private registry that keeps its images in `home`. */
export async function startRegistry(home: Home, signal: AbortSignal): Promise<Registry> {
  await using undo = new AsyncDisposableStack();
  const address = `127.0.0.1:${await freePort()}`;
  // JSON is YAML.
  const config = home.path("registry.yml");
  await writeFile(config, configText(home.path("registry"), address));
  const argv = ["docker-registry", "serve", config];
  const server = undo.use(new Server({ argv, logFile: home.path("registry.log") }));
  home.track(server.pid);
  await server.waitFor(() => answers(address), { signal, timeoutMs: 20_000 });
  const started = undo.move();
  return { address, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

async function request(url: string, init: RequestInit, expected: number): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status === expected) return response;
  const text = await response.text();
  throw new ToolFailedError(`${init.method ?? "GET"} ${url}`, `answered ${response.status}`, text);
}

interface Push {
  readonly registry: string;
  readonly image: StoredImage;
  readonly signal: AbortSignal;
}

async function uploadBlob(
  base: string,
  blob: StoredImage["blobs"][number],
  signal: AbortSignal,
): Promise<void> {
  const { headers } = await request(`${base}/blobs/uploads/`, { method: "POST", signal }, 202);
  const location = new URL(headers.get("location") ?? "", base);
  location.searchParams.set("digest", blob.digest);
  const body = await openAsBlob(blob.file);
  await request(location.href, { method: "PUT", body, signal }, 201);
}

/** Pushes an image as `repository:tag`, both in one word. */
export async function pushImage(reference: string, { registry, image, signal }: Push) {
  const [repository = "", tag = ""] = reference.split(":");
  const base = `http://${registry}/v2/${repository}`;
  for (const blob of image.blobs) await uploadBlob(base, blob, signal);
  const headers = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
  const body = await readFile(image.manifest);
  await request(`${base}/manifests/${tag}`, { method: "PUT", headers, body, signal }, 201);
}
