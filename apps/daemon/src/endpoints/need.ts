import type { PassedOver } from "@gantry/protocol";
import type { BuildFeature, RunFeature } from "@gantry/reports";
import type { Endpoint } from "./endpoint.ts";
import { within } from "./within.ts";

/** Milliseconds that a driver has to say what it can do and how its engine is. */
const ANSWER_MS = 5_000;

/** What an endpoint must be able to do. */
export type Need =
  | {
      readonly facet: "build";
      readonly features: readonly BuildFeature[];
      readonly platforms: readonly string[];
    }
  | {
      readonly facet: "run";
      readonly features: readonly RunFeature[];
      /** Of the image, when it is known. */
      readonly platforms: readonly string[];
      readonly imageType: string;
    };

/** The one requirement that an endpoint does not meet. */
export type Lack = Pick<PassedOver, "requirement" | "text">;

/** What is asked of an endpoint, by the names that a lack has. */
export function requirementsOf(need: Need): string[] {
  return [
    need.facet,
    ...need.features,
    ...need.platforms.map((platform) => `platform ${platform}`),
    ...(need.facet === "run" ? [`image-type ${need.imageType}`] : []),
  ];
}

/** What the endpoint lacks by its own declaration; contacts no engine but to ask for an image type. */
export async function lackOf(
  endpoint: Endpoint,
  need: Need,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  const facet = endpoint.instance[need.facet];
  if (facet === undefined) return { requirement: need.facet, text: `cannot ${need.facet}` };
  const features: readonly string[] = facet.capabilities.features;
  const missing = need.features.find((feature) => !features.includes(feature));
  if (missing !== undefined) return { requirement: missing, text: `has no ${missing}` };
  const { platforms } = facet.capabilities;
  const foreign = need.platforms.find((platform) => !isAmong(platforms, platform));
  if (foreign !== undefined)
    return { requirement: "platform", text: `cannot ${need.facet} for ${foreign}` };
  return need.facet === "run" ? typeLack(endpoint, need.imageType, signal) : undefined;
}

async function typeLack(
  { instance, name }: Endpoint,
  imageType: string,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  const asked = instance.run?.handles(imageType, signal) ?? Promise.resolve(false);
  if (await within(asked, { ms: ANSWER_MS, what: `Endpoint ${name}` })) return undefined;
  return { requirement: "image-type", text: `cannot run images of type ${imageType}` };
}

/** A platform without a variant stands for all of its variants. */
function isAmong(platforms: readonly string[], wanted: string): boolean {
  const base = wanted.split("/").slice(0, 2).join("/");
  return platforms.includes(wanted) || platforms.includes(base);
}

/** Why the endpoint's engine cannot be used now; `undefined` when it can. */
export async function absenceOf(
  { instance, name }: Endpoint,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const what = `Endpoint ${name}`;
  const probe = await within(instance.probe(limit), { ms: ANSWER_MS + 500, what });
  if (probe.state !== "unavailable") return undefined;
  return {
    requirement: "ready",
    text: `is away: ${probe.problems[0]?.text ?? "no reason given"}`,
  };
}
