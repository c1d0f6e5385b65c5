import { formatPlatform, hostPlatform } from "@gantry/oci";

/** The platform whose images run here, as `--platform` writes it. */
export function localPlatform(): string {
  return formatPlatform(hostPlatform());
}
