/* A driver that behaves, but for the one thing that its first argument names: `node driver.ts PLAY`. Needs nothing but Node. */
import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PLAYS } from "./plays.ts";
import type { Call, Fields } from "./call.ts";

const play = process.argv[2] ?? "none";
const [attack = "", at = ""] = play.split("@");
const running = new Map<number, () => void>();
let stateDir = "";

function send(message: Fields): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

const facets = {
  build: {
    platforms: ["linux/amd64"],
    features: ["labels", "build-args", "no-cache", "pull", "named-contexts"],
  },
  run: {
    platforms: ["linux/amd64"],
    features: ["recover", "network-default", "network-none", "mounts", "memory-limit"],
  },
};

function facetsOf(name: string): unknown {
  if (name === "link-export" || name === "other-image")
    return { build: facets.build, images: ["exportTo"] };
  if (name !== "other-socket") return facets;
  const features = [...facets.run.features, "observe", "engine-socket"];
  return { ...facets, run: { ...facets.run, features } };
}

const image = {
  id: `sha256:${"a".repeat(64)}`,
  references: [],
  platform: { os: "linux", architecture: "amd64" },
  size: 1,
  user: "",
  labels: {},
};

const file = (id: unknown): string => join(stateDir, `run-${String(id)}`);

/** What a driver that behaves answers. */
const METHODS: Readonly<Record<string, (call: Call) => unknown>> = {
  "driver.describe": () => ({
    protocols: [1],
    name: "hostile",
    version: "1.0.0",
    optionsSchema: { type: "object" },
  }),
  "driver.initialize": ({ params }) => {
    stateDir = String(params["stateDir"]);
    return { facets: facetsOf(attack) };
  },
  "driver.probe": () => ({ state: "ready", problems: [] }),
  "driver.shutdown": () => ({}),
  "run.handles": () => ({ handles: true }),
  "run.start": ({ params }) => {
    writeFileSync(file(params["id"]), "");
    return {};
  },
  "run.observe": () => ({}),
  "run.engineSocket": () => ({ path: "/var/run/docker.sock" }),
  "run.recover": ({ params }) => ({ found: existsSync(file(params["id"])) }),
  "run.events": async ({ params, report }) => {
    for (let n = Number(params["cursor"] ?? 0) + 1; n <= 3; n += 1) {
      const event = { kind: "log", stream: "stdout", text: `line ${n}\n` };
      report({ cursor: String(n), event });
    }
    if (!existsSync(`${file(params["id"])}-stopped`) && play.includes("run.stop"))
      await new Promise<void>((resolve) => running.set(0, resolve));
    return {};
  },
  "run.outcome": () => ({ kind: "exited", exitCode: 0, outOfMemory: false }),
  "run.outputs": ({ report }) => {
    const data = Buffer.from("state").toString("base64");
    report({ path: "porter-state", mode: 0o644, uid: 0, gid: 0, data, last: true });
    return {};
  },
  "run.stop": ({ params }) => {
    writeFileSync(`${file(params["id"])}-stopped`, "");
    running.get(0)?.();
    return {};
  },
  "run.remove": ({ params }) => {
    rmSync(file(params["id"]), { force: true });
    return {};
  },
  "run.sweep": () => {
    const left = readdirSync(stateDir).filter((name) => name.startsWith("run-"));
    for (const name of left) rmSync(join(stateDir, name));
    return { removed: [] };
  },
  "image.inspect": () => ({ image }),
  "image.export": ({ params }) => {
    if (attack === "other-image") return { digest: otherImage(String(params["layoutDir"])) };
    link(join(String(params["layoutDir"]), "blobs", "sha256"), "a".repeat(64));
    return { digest: image.id };
  },
  "build.start": ({ report }) => {
    report({ kind: "log", stream: "stdout", text: "building\n" });
    return { images: [image], steps: [] };
  },
};

/** Ends, or does not go on, at one method: always, or the first time only. */
async function fail(method: string): Promise<void> {
  if (method !== at) return;
  if (attack.endsWith("-once")) {
    const marker = join(stateDir, "done-once");
    if (existsSync(marker)) return;
    writeFileSync(marker, "");
  }
  if (attack.startsWith("crash")) {
    process.stderr.write(`giving up at ${method}\n`);
    process.exit(3);
  }
  if (attack.startsWith("kill")) process.kill(process.pid, "SIGKILL");
  if (attack.startsWith("hang")) await new Promise(() => undefined);
}

async function serve(message: Fields & { readonly id: number; readonly method: string }) {
  const { id, method } = message;
  const params = (message["params"] ?? {}) as Fields;
  const report = (...items: unknown[]): void =>
    send({ method: "$/progress", params: { id, items } });
  const call: Call = { id, method, params, report, send };
  await fail(method);
  const answer = METHODS[method];
  if (answer === undefined) return send({ id, error: { code: -32601, message: "no such method" } });
  const played = await PLAYS[attack]?.(call);
  if (played === "answered") return undefined;
  return send({ id, result: played ?? (await answer(call)) });
}

/** A whole image, and not the one that was asked for. */
function otherImage(layout: string): string {
  const blobs = join(layout, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const put = (kind: string, content: unknown) => {
    const bytes = JSON.stringify(content);
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(blobs, hex), bytes);
    const mediaType = `application/vnd.oci.image.${kind}.v1+json`;
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const rootfs = { type: "layers", diff_ids: [] };
  const config = put("config", { architecture: "amd64", os: "linux", config: {}, rootfs });
  const root = put("manifest", { schemaVersion: 2, config, layers: [] });
  writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const index = { schemaVersion: 2, manifests: [root] };
  writeFileSync(join(layout, "index.json"), JSON.stringify(index));
  return root.digest;
}

/** A link that leads out, in the place of a file. */
function link(directory: string, name: string): void {
  mkdirSync(directory, { recursive: true });
  symlinkSync("/etc/passwd", join(directory, name));
}

if (attack === "deaf") {
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 1_000);
}
createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line) as Fields & { readonly id: number; readonly method: string };
  if (message.method?.startsWith("$/") === false) void serve(message);
});
