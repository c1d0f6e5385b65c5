import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { toolEnv } from "./machine/tool.ts";

/** What can be started: `baseImages` are the images that tests build on, in the registry. */
export type EngineName = "docker" | "registry" | "baseImages" | "podman" | "buildx";

export const ENGINE_NAMES: readonly EngineName[] = [
  "docker",
  "registry",
  "baseImages",
  "podman",
  "buildx",
];

/** A program, by name or by path, and the Debian package that has it. */
export interface Need {
  readonly program: string;
  readonly debianPackage: string;
  /** Whether the engine starts without it, too. */
  readonly optional?: true;
}

const NEEDS: Readonly<Record<EngineName, readonly Need[]>> = {
  docker: [
    { program: "dockerd", debianPackage: "docker.io" },
    { program: "iptables", debianPackage: "iptables" },
    { program: "ip", debianPackage: "iproute2" },
    { program: "unshare", debianPackage: "util-linux" },
    // For the suites that reach an engine from afar.
    { program: "sshd", debianPackage: "openssh-server", optional: true },
    { program: "openssl", debianPackage: "openssl", optional: true },
    // For the driver in shell.
    { program: "jq", debianPackage: "jq", optional: true },
    // For the suites that confine drivers and attack from inside.
    { program: "/usr/bin/perl", debianPackage: "perl-base", optional: true },
    { program: "/usr/bin/python3", debianPackage: "python3", optional: true },
  ],
  // An engine of a newer release, which brings its own programs, and the CLI.
  buildx: [
    { program: "docker", debianPackage: "docker.io" },
    { program: "runc", debianPackage: "runc" },
    { program: "iptables", debianPackage: "iptables" },
    { program: "ip", debianPackage: "iproute2" },
    { program: "unshare", debianPackage: "util-linux" },
  ],
  registry: [{ program: "docker-registry", debianPackage: "docker-registry" }],
  baseImages: [
    { program: "debootstrap", debianPackage: "debootstrap" },
    { program: "busybox", debianPackage: "busybox-static" },
    // For the suites that unpack base images as an ordinary user.
    { program: "newuidmap", debianPackage: "uidmap", optional: true },
    // For the suite of examples/driver-buildah.
    { program: "buildah", debianPackage: "buildah", optional: true },
  ],
  podman: [
    { program: "podman", debianPackage: "podman" },
    { program: "buildah", debianPackage: "buildah" },
    { program: "runc", debianPackage: "runc" },
    { program: "/usr/lib/podman/netavark", debianPackage: "netavark" },
    // For the suites that run it as an ordinary user.
    { program: "newuidmap", debianPackage: "uidmap", optional: true },
  ],
};

/** Where a program is, the system folders included; `undefined` when it is not there. */
export function findProgram(name: string): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  const folders = (toolEnv()["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the same to the caller.
    return false;
  }
}

/** What an engine needs and this machine has not. */
export function missingNeeds(engine: EngineName): readonly Need[] {
  return NEEDS[engine].filter(({ program }) => findProgram(program) === undefined);
}

/** `ID` and `VERSION_CODENAME` of /etc/os-release: `debian`, `bookworm`. Empty where there is none. */
export function operatingSystem(): { readonly id: string; readonly codename: string } {
  let text = "";
  try {
    text = readFileSync("/etc/os-release", "utf8");
  } catch {
    // Not a Linux distribution: nothing is known about it.
  }
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: field("ID"), codename: field("VERSION_CODENAME") };
}

/** Why packages cannot be installed here; `undefined` when they can. */
export function whyNotInstallable(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  if (operatingSystem().id !== "debian") return "not Debian";
  return findProgram("apt-get") === undefined ? "no apt-get" : undefined;
}
