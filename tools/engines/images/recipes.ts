import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, open, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AptSetup, readAptSetup } from "../machine/apt.ts";
import { EngineUnavailableError } from "../errors.ts";
import { imageDir, type ImageRecipe } from "./image.ts";
import { findProgram, operatingSystem } from "../needs.ts";
import { ISOLATED, runTool, toolEnv } from "../machine/tool.ts";

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** What slim images leave out, now and when packages are installed later. */
const LEFT_OUT = ["doc", "info", "locale", "man", "lintian", "linda", "groff"].map(
  (name) => `/usr/share/${name}`,
);

const SLIM_DPKG = `${LEFT_OUT.map((path) => `path-exclude ${path}/*`).join("\n")}
path-include /usr/share/doc/*/copyright
`;

const CONTAINER_APT = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`;

async function emptied(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function settle(root: string, setup: AptSetup): Promise<void> {
  const etc = (...parts: readonly string[]) => join(root, "etc", ...parts);
  await writeFile(etc("apt", "sources.list"), setup.sources);
  await writeFile(etc("apt", "apt.conf.d", "90machine"), setup.configuration);
  await writeFile(etc("apt", "apt.conf.d", "docker-container"), CONTAINER_APT);
  await writeFile(etc("dpkg", "dpkg.cfg.d", "docker-slim"), SLIM_DPKG);
  await writeFile(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  if (setup.usesTls) await copyFile(CERTIFICATES, join(root, CERTIFICATES));
  await rm(etc("resolv.conf"), { force: true });
  await rm(etc("hostname"), { force: true });
  for (const dir of [...LEFT_OUT, "/var/cache/apt", "/var/lib/apt/lists", "/var/log/apt"]) {
    await emptied(join(root, dir));
  }
  await mkdir(join(root, "var/cache/apt/archives/partial"), { recursive: true });
}

async function debootstrap(root: string, setup: AptSetup, signal: AbortSignal): Promise<void> {
  const options = [
    "--variant=minbase",
    ...(setup.usesTls ? ["--include=ca-certificates"] : []),
    ...(setup.keyring === undefined ? [] : [`--keyring=${setup.keyring}`]),
  ];
  const { codename } = operatingSystem();
  const argv = [...ISOLATED, "debootstrap", ...options, codename, root, setup.mirror];
  await runTool(argv, { signal, env: toolEnv({ DEBIAN_FRONTEND: "noninteractive" }) });
}

/** A slim Debian of the machine's own release, whose apt goes where the machine's goes. */
export async function debianRecipe(): Promise<ImageRecipe> {
  const { id, codename } = operatingSystem();
  if (id !== "debian") throw new EngineUnavailableError("not Debian, so it cannot be made here");
  const setup = await readAptSetup(codename);
  const recipe: ImageRecipe = {
    name: "debian",
    key: [codename, setup.sources, setup.configuration],
    command: ["bash"],
    fill: async (root, signal) => {
      await debootstrap(root, setup, signal);
      await settle(root, setup);
    },
  };
  if (!existsSync(imageDir(recipe)) && process.getuid?.() !== 0) {
    throw new EngineUnavailableError("not root, and no run as root has made the image before");
  }
  return recipe;
}

async function isStatic(file: string): Promise<boolean> {
  await using handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
  return !buffer.includes("/ld-");
}

async function staticBusybox(work: string, signal: AbortSignal): Promise<string> {
  const found = findProgram("busybox");
  if (found !== undefined && (await isStatic(found))) return found;
  await mkdir(work, { recursive: true });
  await runTool(["apt-get", "download", "-q", "busybox-static"], { cwd: work, signal });
  const [file = ""] = await readdir(work);
  await runTool(["dpkg-deb", "-x", join(work, file), join(work, "x")], { signal });
  const places = ["bin/busybox", "usr/bin/busybox"].map((place) => join(work, "x", place));
  return places.find((place) => existsSync(place)) ?? "";
}

async function fillBusybox(root: string, signal: AbortSignal): Promise<void> {
  for (const dir of ["bin", "etc", "root", "tmp", "var", "dev", "proc", "sys", "usr/bin"]) {
    await mkdir(join(root, dir), { recursive: true, mode: 0o755 });
  }
  await chmod(join(root, "tmp"), 0o1777);
  const program = join(root, "bin/busybox");
  await copyFile(await staticBusybox(join(root, "..", "busybox-package"), signal), program);
  await chmod(program, 0o755);
  const applets = (await runTool([program, "--list"], { signal })).split("\n");
  for (const applet of applets.filter((name) => name !== "busybox" && name !== "")) {
    await symlink("busybox", join(root, "bin", applet));
  }
  await symlink("/bin/env", join(root, "usr/bin/env"));
  await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\n");
}

/** One static program with its many names: 1 MB of image, for tests that need a shell and no more. */
export function busyboxRecipe(): ImageRecipe {
  return { name: "busybox", key: [], command: ["sh"], fill: fillBusybox };
}
