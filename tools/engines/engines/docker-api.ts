import { request } from "node:http";
import { text } from "node:stream/consumers";
import { ToolFailedError } from "../errors.ts";

interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: object;
  readonly signal: AbortSignal;
}

/** The few calls that setting up and checking an engine takes, over its Unix socket. */
export class DockerApi {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async #call(path: string, { method = "POST", body, signal }: Call): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<[number, string]>();
    const headers = { "content-type": "application/json", "x-registry-auth": "e30=" };
    request({ socketPath: this.#socketPath, path, method, headers, signal }, (response) => {
      text(response).then((answer) => resolve([response.statusCode ?? 0, answer]), reject);
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
    const [status, answer] = await promise;
    if (status < 400) return answer;
    throw new ToolFailedError(`docker ${method} ${path}`, `answered ${status}`, answer.trim());
  }

  /** Whether the engine answers at all. */
  async answers(signal: AbortSignal): Promise<boolean> {
    return this.#call("/_ping", { method: "GET", signal }).then(
      () => true,
      () => false,
    );
  }

  /** Pulls an image and gives it the short name as well that its reference ends with. */
  async pull(registry: string, image: string, signal: AbortSignal): Promise<void> {
    const [name = "", tag = ""] = image.split(":");
    const from = encodeURIComponent(`${registry}/${name}`);
    const progress = await this.#call(`/images/create?fromImage=${from}&tag=${tag}`, { signal });
    const failure = progress.split("\n").find((line) => line.includes('"errorDetail"'));
    if (failure !== undefined) {
      throw new ToolFailedError(`docker pull ${registry}/${image}`, "failed", failure);
    }
    await this.#call(`/images/${registry}/${image}/tag?repo=${name}&tag=${tag}`, { signal });
  }

  /**
   * Removes all containers: an engine that stops waits ten seconds for each that does not heed SIGTERM,
   * and may leave their networks behind.
   */
  async removeAll(signal: AbortSignal): Promise<void> {
    const list = await this.#call("/containers/json?all=1", { method: "GET", signal });
    const ids = [...list.matchAll(/"Id":"([0-9a-f]+)"/g)].map(([, id]) => id);
    const method = "DELETE";
    const removals = ids.map((id) =>
      this.#call(`/containers/${id}?force=1&v=1`, { method, signal }),
    );
    await Promise.allSettled(removals);
  }

  /** Runs a container to its end, removes it, and throws unless it ended with 0. */
  async run(image: string, command: readonly string[], signal: AbortSignal): Promise<void> {
    const created = await this.#call("/containers/create", {
      body: { Image: image, Cmd: command },
      signal,
    });
    const id = /"Id":"([0-9a-f]+)"/.exec(created)?.[1] ?? "";
    try {
      await this.#call(`/containers/${id}/start`, { signal });
      const end = await this.#call(`/containers/${id}/wait`, { signal });
      if (!/"StatusCode":0\b/.test(end)) {
        throw new ToolFailedError(`a container of ${image}`, "did not work", end.trim());
      }
    } finally {
      await this.#call(`/containers/${id}?force=1`, { method: "DELETE", signal });
    }
  }
}
