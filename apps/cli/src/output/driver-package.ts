import type { DriverPackage, Inspection, PowerText, PublisherView } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import type { Paint } from "../progress/theme.ts";
import { block } from "./table.ts";

/** What there is to know of a package before it is installed. */
export function inspectionText(shown: Inspection, paint: Paint): string {
  const isUpdate = shown.installed !== undefined && !shown.installed.isSame;
  const asked = isUpdate ? widened(shown, paint) : powersText("It asks to", shown.asks, paint);
  return [
    `${paint("strong", `${cleanText(shown.name)} ${cleanText(shown.version)}`)}  ${cleanText(shown.description)}`.trimEnd(),
    packageFields(shown).trimEnd(),
    ...(shown.formerPublisher === undefined
      ? []
      : [paint("warning", `Until now it came from ${publisherText(shown.formerPublisher)}.`)]),
    asked,
    ...(shown.optional.length === 0
      ? []
      : [powersText("Where you need that (--grant all,KIND), it can also", shown.optional, paint)]),
    ...shown.notices.map((notice) => `${paint("warning", "Note:")} ${cleanText(notice)}`),
    "",
  ].join("\n");
}

/** Where a package comes from and what it is, as fields. */
export function packageFields(
  shown: DriverPackage,
  more: readonly (readonly [string, string])[] = [],
): string {
  const fields: readonly (readonly [string, string])[] = [
    ["Source", cleanText(shown.source)],
    ["Content", shown.sha512 ?? "linked, may change"],
    ["Publisher", publisherText(shown.publisher)],
    ["Facets", shown.facets.join(", ")],
    ["Engines", cleanText(shown.engines.join(", "))],
    ...more,
  ];
  return block(fields.filter(([, value]) => value !== ""));
}

/** A publisher is told apart by what is verified of it. */
export function publisherText({ name, verified }: PublisherView): string {
  if (verified === undefined) return `${cleanText(name)} (not verified)`;
  return cleanText(`${name} (verified: ${verified.subject}, by ${verified.issuer})`);
}

/** Powers as a list, the grave ones marked. */
export function powersText(title: string, powers: readonly PowerText[], paint: Paint): string {
  if (powers.length === 0) return `${title}: nothing of this machine`;
  const lines = powers.map(({ text, isGrave }) =>
    isGrave ? `  ${paint("bad", "!")} ${cleanText(text)}` : `  - ${cleanText(text)}`,
  );
  return [`${title}:`, ...lines].join("\n");
}

function widened(shown: Inspection, paint: Paint): string {
  const from = shown.installed?.version ?? "";
  if (shown.widening.length === 0) return `It asks for no more than ${cleanText(from)} did.`;
  return powersText(`It asks for more than ${cleanText(from)} was granted`, shown.widening, paint);
}
