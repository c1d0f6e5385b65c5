import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeTestImage } from "./build/test-image.ts";
import type { TestImage } from "./fixture.ts";

const PLACES = ["/bin/busybox", "/usr/bin/busybox"];

/** The machine's busybox when it needs no library; `undefined` when there is none. */
export function findBusybox(): string | undefined {
  return PLACES.find((path) => existsSync(path) && isStatic(path));
}

/** Writes an OCI image layout whose one image holds busybox and runs as an ordinary user. */
export async function busyboxImage(layoutDir: string): Promise<TestImage> {
  const layer = makeLayer(findBusybox() ?? "");
  const diffId = digestOf(layer);
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const config = JSON.stringify({
    os: "linux",
    architecture,
    config: { User: "4711:4711", Env: ["PATH=/bin"], Entrypoint: ["/bin/false"] },
    rootfs: { type: "layers", diff_ids: [diffId] },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", Buffer.from(config)),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  await writeLayout(layoutDir, [layer, Buffer.from(config), Buffer.from(manifest)]);
  return describeTestImage({ id: digestOf(Buffer.from(config)) });
}

async function writeLayout(dir: string, blobs: readonly Buffer[]): Promise<void> {
  mkdirSync(join(dir, "blobs/sha256"), { recursive: true });
  for (const blob of blobs) {
    await writeFile(join(dir, "blobs", digestOf(blob).replace(":", "/")), blob);
  }
  const manifest = blobs.at(-1) ?? Buffer.alloc(0);
  const entry = descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
  await writeFile(
    join(dir, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
  );
  await writeFile(join(dir, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

function makeLayer(busybox: string): Buffer {
  const root = mkdtempSync(join(tmpdir(), "gantry-busybox-"));
  try {
    for (const dir of ["bin", "etc", "tmp", "conformance"]) mkdirSync(join(root, dir));
    copyFileSync(busybox, join(root, "bin/busybox"));
    chmodSync(join(root, "bin/busybox"), 0o755);
    const applets = spawnSync(busybox, ["--list"]).stdout.toString().trim().split("\n");
    for (const name of applets) {
      if (name !== "busybox") symlinkSync("busybox", join(root, "bin", name));
    }
    chmodSync(join(root, "tmp"), 0o1777);
    chmodSync(join(root, "conformance"), 0o751);
    chmodSync(root, 0o755);
    spawnSync(
      "sh",
      [
        "-c",
        "echo existing > conformance/existing; chmod 644 conformance/existing; : > etc/passwd",
      ],
      { cwd: root },
    );
    const tar = ["--owner=0", "--group=0", "--numeric-owner", "-cf", "-", "."];
    return spawnSync("tar", tar, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).stdout;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function isStatic(path: string): boolean {
  return spawnSync("ldd", [path]).status !== 0;
}

function descriptor(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
