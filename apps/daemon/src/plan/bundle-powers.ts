import type { Bundle } from "@gantry/cnab";
import type { Power } from "@gantry/protocol";
import { z } from "zod";
import { Fault } from "../fault.ts";
import { distinct, ENGINE_SOCKET, mountPower, networkPowers, PRIVILEGED } from "./powers.ts";

/** The extension by which a bundle says what it needs of the machine. */
export const POWERS_EXTENSION = "dev.gantry.powers";

const DOCKER_EXTENSIONS = ["io.cnab.docker", "docker"];

const Path = z.string().regex(/^\/[^:\0]*$/, "expected an absolute path without colons");

const Requested = z.strictObject({
  capabilities: z
    .array(z.string().regex(/^(CAP_)?[A-Z][A-Z_]*$/, "expected a capability, as CHOWN"))
    .default([]),
  mounts: z
    .array(z.strictObject({ source: Path, target: Path, readOnly: z.boolean().default(true) }))
    .default([]),
  network: z.string().min(1).exactOptional(),
  privileged: z.boolean().default(false),
});

/** What a bundle asks of the machine: by `required: docker`, and by `dev.gantry.powers`. Throws `bundle-invalid`. */
export function bundlePowers(bundle: Bundle): Power[] {
  return distinct([...dockerPowers(bundle), ...ownPowers(bundle)]);
}

function dockerPowers({ custom, requiredExtensions = [] }: Bundle): Power[] {
  if (!DOCKER_EXTENSIONS.some((name) => requiredExtensions.includes(name))) return [];
  const docker = custom?.["io.cnab.docker"];
  const wantsAll =
    typeof docker === "object" &&
    docker !== null &&
    "privileged" in docker &&
    docker.privileged === true;
  return wantsAll ? [ENGINE_SOCKET, PRIVILEGED] : [ENGINE_SOCKET];
}

function ownPowers({ name, custom }: Bundle): Power[] {
  const given = custom?.[POWERS_EXTENSION];
  if (given === undefined) return [];
  const parsed = Requested.safeParse(given);
  if (!parsed.success) throw malformed(name, parsed.error.issues);
  const { capabilities, mounts, network, privileged } = parsed.data;
  return [
    ...capabilities.map((word): Power => ({ power: "capability", value: toCapability(word) })),
    ...mounts.map(mountPower),
    ...networkPowers(network),
    ...(privileged ? [PRIVILEGED] : []),
  ];
}

function toCapability(word: string): string {
  return word.startsWith("CAP_") ? word : `CAP_${word}`;
}

function malformed(name: string, issues: readonly z.core.$ZodIssue[]): Fault {
  const texts = issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
  return new Fault(
    "bundle-invalid",
    `Bundle ${name} asks for powers in a way that nobody can read: ${texts[0]}.`,
    {
      hint: `See docs/plan.md for what ${POWERS_EXTENSION} may hold.`,
      details: texts.length > 1 ? texts : [],
    },
  );
}
