import type { ConfigEntry, Endpoint } from "@gantry/protocol";
import { type Schema, textOfOption } from "../../options/option-value.ts";
import { isSecret, propertiesOf, valueIn } from "../../options/options-form.ts";
import { commandLine } from "../../state/command.ts";
import type { ResourceValues } from "../../state/resource.ts";
import type { ScreenOf } from "../../state/screen.ts";
import { type Context, knownOf } from "../../state/state.ts";
import { type Line, line, span, wrapText } from "../../text/line.ts";
import { documentScreen, type TextLook } from "../document-screen.ts";
import { BLANK, type DocumentRow, heading, pair, section } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";
import { actOnEndpoint } from "./endpoint-actions.ts";
import { endpointSpan } from "../state-span.ts";

type Shown = ScreenOf<"driver">;

/** One endpoint: how it is, what mends it, what it can do, and its options. */
export const driverScreen: ScreenDefinition<Shown> = documentScreen<Shown, "endpoint">({
  title: ({ name }) => name,
  subject: ({ name }) => ({ kind: "endpoint", name }),
  beside: ({ name }) => [{ kind: "options", name }],
  text: rowsOf,
  command: ({ name }) => commandLine("drivers", "show", name),
  act: ({ name }, action, state) => actOnEndpoint(state, action, name),
});

function rowsOf(
  screen: Shown,
  { endpoint, optionsSchema }: ResourceValues["endpoint"],
  { context, marks, width }: TextLook,
): readonly DocumentRow[] {
  return [
    BLANK,
    pair("State", [endpointSpan(endpoint.probe.state, marks)]),
    pair("Engine", oneLine(endpoint.probe.engine ?? "not known")),
    pair("Driver", oneLine(`${endpoint.driver} ${endpoint.version}, ${endpoint.origin}`)),
    pair("Confinement", [
      span(endpoint.confinement, endpoint.confinement === "unconfined" ? "warning" : undefined),
    ]),
    ...(endpoint.weaker.length === 0
      ? []
      : [pair("Weaker by", oneLine(endpoint.weaker.join("; ")))]),
    ...(endpoint.publisher === undefined ? [] : [pair("Publisher", oneLine(endpoint.publisher))]),
    ...problemRows(endpoint, width),
    ...capabilityRows("Builds", endpoint.build, width),
    ...capabilityRows("Runs", endpoint.run, width),
    ...optionRows(screen, optionsSchema, configOf(screen, context)),
  ];
}

function problemRows({ probe }: Endpoint, width: number): readonly DocumentRow[] {
  if (probe.problems.length === 0) return [];
  const rows = probe.problems.flatMap(({ text, fix }, index): DocumentRow[] => [
    ...wrapText(oneLine(text), width - 6).map(
      (one, at): DocumentRow => ({ key: `problem/${index}/${at}`, line: line(one, "warning") }),
    ),
    ...wrapText(`Try: ${oneLine(fix)}`, width - 6).map(
      (one, at): DocumentRow => ({ key: `fix/${index}/${at}`, line: line(one, "accent") }),
    ),
  ]);
  return [...heading("What is wrong"), ...rows];
}

type Capabilities = { readonly platforms: readonly string[]; readonly features: readonly string[] };

function capabilityRows(
  title: string,
  capabilities: Capabilities | undefined,
  width: number,
): readonly DocumentRow[] {
  if (capabilities === undefined) return [...heading(title), { line: line("no", "quiet") }];
  const { platforms, features } = capabilities;
  const rows = wrapText(`${platforms.join(", ")}: ${features.join(", ")}`, width - 4);
  return [
    ...heading(title),
    ...rows.map((text, index): DocumentRow => ({ key: `${title}/${index}`, line: line(text) })),
  ];
}

function configOf({ name }: Shown, context: Context): readonly ConfigEntry[] {
  return knownOf(context, { kind: "options", name })?.value?.entries ?? [];
}

function optionRows(
  { place, name: endpoint }: Shown,
  schema: Schema,
  entries: readonly ConfigEntry[],
): readonly DocumentRow[] {
  const rows = propertiesOf(schema)
    .filter(([name]) => matches(place, name))
    .map(([name, option]) => {
      const value = valueIn({ entries, endpoint }, name);
      const shown = value === undefined ? optionLine(option) : valueLine(option, value);
      return pair(name, shown, { key: `option/${name}`, width: 24 });
    });
  return section("Options, in config.yaml", rows);
}

/** What the configuration says. */
function valueLine(option: Schema, value: unknown): Line {
  const text = isSecret(option) ? "******" : textOfOption(value);
  return [span(oneLine(text.slice(0, 1000)), "strong"), span("  set", "quiet")];
}

function optionLine(option: Schema): Line {
  const { type = "any", enum: choices, default: given, description = "" } = option;
  const kind = Array.isArray(choices) ? choices.map(String).join(" | ") : String(type);
  const preset = given === undefined ? "" : `, default ${JSON.stringify(given)}`;
  return [span(oneLine(`${kind}${preset}`)), span(`  ${oneLine(String(description))}`, "quiet")];
}
