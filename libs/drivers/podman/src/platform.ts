const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  ia32: "386",
};

/** `os/architecture` of the containers that Podman runs on this machine. */
export function enginePlatform(): string {
  return `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;
}
