import { parsePlatform, parseReference, selectPlatform } from "@gantry/oci";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import type { BundleToRun } from "../run/bundle-to-run.ts";

/** The bundle with the image for the endpoint's platform, where there is one for each. Throws `unsupported` when there is none. */
export function fitPlatform(toRun: BundleToRun, { instance, name }: Endpoint): BundleToRun {
  const { variants } = toRun.published ?? {};
  const { reference } = toRun.image;
  if (variants === undefined || reference === undefined) return toRun;
  const offered = Object.entries(variants).map(([platform, digest]) => ({
    platform: parsePlatform(platform),
    digest,
  }));
  const [found] = (instance.run?.capabilities.platforms ?? []).flatMap(
    (platform) => selectPlatform(offered, parsePlatform(platform)) ?? [],
  );
  if (found === undefined) throw noPlatform(name, Object.keys(variants));
  const { digest } = found;
  return { ...toRun, image: { reference: `${parseReference(reference).name}@${digest}`, digest } };
}

function noPlatform(endpoint: string, offered: readonly string[]): Fault {
  return new Fault(
    "unsupported",
    `Endpoint ${endpoint} runs none of the platforms that the bundle's image is for: ${offered.join(", ")}.`,
    { hint: "Choose an endpoint of one of these platforms with --driver." },
  );
}
