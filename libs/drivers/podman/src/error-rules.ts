import type { DriverErrorCode } from "@gantry/driver-api";
import type { OciErrorCode } from "@gantry/oci";

/** How a complaint of podman's is read. */
export interface Rule {
  readonly code: DriverErrorCode;
  readonly matches: RegExp;
  readonly hint: string;
}

/** Read from top to bottom; the first match decides. Phrases are those of Podman 4.3 to 5. */
export const COMPLAINT_RULES: readonly Rule[] = [
  {
    code: "engine-unavailable",
    matches: /container engine did not answer/iu,
    hint: "Start Podman's service where CONTAINER_HOST says (systemctl --user enable --now podman.socket, as root without --user), or unset it and restart the daemon.",
  },
  {
    code: "conflict",
    matches: /is in use for an image that is not the caller's/iu,
    hint: "Somebody else's image has that name. Remove it (podman rmi NAME), or build under another name.",
  },
  {
    code: "unauthorized",
    matches: /needs the engine power "/iu,
    hint: "Grant it: gantry drivers install podman --grant all asks for everything that the driver can use.",
  },
  {
    code: "no-space",
    matches: /no space left on device|disk quota exceeded/iu,
    hint: "Free space where Podman keeps its data: podman system df, podman system prune.",
  },
  {
    code: "engine-unavailable",
    matches:
      /no subuid ranges|newuidmap|newgidmap|insufficient UIDs or GIDs|cannot re-exec process/iu,
    hint: "Give the user subordinate ids (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER), install uidmap, then run podman system migrate.",
  },
  {
    code: "unauthorized",
    matches:
      /unauthorized|authentication required|access denied|denied:|requested access to the resource|no basic auth|invalid username\/password|status(?: code)?:? 40[13]/iu,
    hint: "Run podman login for that registry, and check that the name is right.",
  },
  {
    code: "registry-unreachable",
    matches:
      /pinging container registry|dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|x509:|server gave HTTP response|Client\.Timeout/iu,
    hint: "Check the registry's name, the network and the proxy; a registry without TLS must be named insecure in registries.conf.",
  },
  {
    code: "image-not-found",
    matches:
      /image not known|manifest unknown|name unknown|repository name not known|no such image|did not resolve to an alias|reading manifest .* not found/iu,
    hint: "Check the image's name and tag, or build or pull it first.",
  },
  {
    code: "base-unusable",
    matches: /unknown user error|unable to find (?:user|group) .*no matching entries/isu,
    hint: "Add that user to the image, or use numbers in USER.",
  },
  {
    code: "engine-lost",
    matches: /mounting storage for container/iu,
    hint: "Run it again; if it stays, podman container inspect and podman system check tell more.",
  },
  {
    code: "conflict",
    matches: /is already in use|image is in use|image used by|container state improper/iu,
    hint: "End or remove the other use first: podman ps --all --external.",
  },
  {
    code: "not-found",
    matches:
      /no such (?:container|network)|network not found|could not be found on container|no such volume/iu,
    hint: "Check that it exists: podman ps --all, podman network ls.",
  },
  {
    code: "invalid-request",
    matches:
      /attempted to invoke a command that was not found|executable file .* not found|permission denied: OCI permission denied|statfs .*: no such file/iu,
    hint: "Check the program's path in the image, and that what is to be mounted exists.",
  },
];

/** How an error of the image library is called here. */
export const OCI_CODES: Readonly<Record<OciErrorCode, DriverErrorCode>> = {
  "invalid-reference": "invalid-request",
  unauthorized: "unauthorized",
  "not-found": "image-not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "too-large": "invalid-request",
  "no-platform": "image-not-found",
  "invalid-content": "invalid-request",
  "unsafe-path": "invalid-request",
  "no-space": "no-space",
  locked: "conflict",
  credentials: "invalid-options",
  unsupported: "invalid-request",
};
