import { once } from "node:events";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { BuildRequest, Driver, ImageFacet } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import { withExchange } from "./exchange.ts";

const work = { signal: new AbortController().signal, report: async () => {} };
const nothing = async (): Promise<never> => {
  throw new TypeError("not asked for here");
};

/** A driver that looks only below its own directory. */
function driver(root: string, seen: string[]): Driver {
  const look = async (directory: string): Promise<void> => {
    expect(directory.startsWith(root)).toBe(true);
    for (const name of (await readdir(directory)).toSorted())
      seen.push(`${name}: ${await readFile(join(directory, name), "utf8")}`);
  };
  const images: ImageFacet = {
    inspect: nothing,
    async exportTo(_ref, layoutDir) {
      expect(layoutDir.startsWith(root)).toBe(true);
      await writeFile(join(layoutDir, "index.json"), "exported");
      return "sha256:1";
    },
    async importFrom(layoutDir) {
      await look(layoutDir);
      return nothing();
    },
  };
  return {
    probe: nothing,
    images,
    build: {
      capabilities: { platforms: [], features: [] },
      async build({ contextDir, contexts }: BuildRequest) {
        await look(contextDir);
        expect((await stat(join(contextDir, "a"))).mtime).toEqual(new Date(1_000_000));
        await writeFile(join(contextDir, "a"), "overwritten");
        await look(contexts["more"] ?? "");
        expect(contexts["image"]).toBe("docker-image://x");
        return { images: [], steps: [] };
      },
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function open() {
  const temp = await TempDir.create("gantry-exchange-test-");
  const root = join(temp.path, "state", "exchange");
  const outside = join(temp.path, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "a"), "1");
  await utimes(join(outside, "a"), 1_000, 1_000);
  const seen: string[] = [];
  return { temp, root, outside, seen, driver: withExchange(driver(root, seen), root) };
}

describe("a driver that sees only its own directory", () => {
  it("reaches an agent for signing while it builds, and no longer", async () => {
    const { temp, root, outside } = await open();
    await using _temp = temp;
    const socket = join(outside, "agent.sock");
    const agent = createServer(
      (peer) => void peer.on("data", (bytes: Buffer) => peer.end(`signed ${bytes.toString()}`)),
    );
    agent.listen(socket);
    await once(agent, "listening");
    let given = "";
    const answers: string[] = [];
    const asking = {
      ...driver(root, []),
      build: {
        capabilities: { platforms: [], features: [] },
        async build({ ssh }: BuildRequest) {
          given = ssh[0]?.socket ?? "";
          const asked = connect(given);
          asked.write("this");
          answers.push(await text(asked));
          return { images: [], steps: [] };
        },
      },
    };
    const ssh = [{ id: "default", socket }];
    const request = { contextDir: outside, contexts: {}, ssh } as unknown as BuildRequest;

    await withExchange(asking, root).build?.build(request, work);
    agent.close();

    expect(given.startsWith(root)).toBe(true);
    expect(answers).toEqual(["signed this"]);
    await expect(once(connect(given), "connect")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("builds from copies, which are gone afterwards", async () => {
    const { temp, root, outside, seen, driver: shut } = await open();
    await using _temp = temp;
    const contexts = { more: outside, image: "docker-image://x" };

    await shut.build?.build(
      { contextDir: outside, contexts, ssh: [] } as unknown as BuildRequest,
      work,
    );

    expect(seen).toEqual(["a: 1", "a: 1"]);
    expect(await readFile(join(outside, "a"), "utf8")).toBe("1");
    expect(await readdir(root)).toEqual([]);
  });

  it("exports and imports images through it", async () => {
    const { temp, root, outside, seen, driver: shut } = await open();
    await using _temp = temp;

    const digest = await shut.images?.exportTo?.({ reference: "x" }, outside, work);
    const imported = shut.images?.importFrom?.(outside, "sha256:1", work);

    await expect(imported).rejects.toThrow("not asked for here");
    expect(digest).toBe("sha256:1");
    expect(seen).toEqual(["a: 1", "index.json: exported"]);
    expect(await readdir(root)).toEqual([]);
  });
});
