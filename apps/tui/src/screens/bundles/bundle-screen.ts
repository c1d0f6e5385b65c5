import type { ExplainedBundle } from "@gantry/protocol";
import { commandLine, sourceWords, wordsOf } from "../../state/command.ts";
import { buildForm } from "../../state/form/bundle-forms.ts";
import { builders, formScreen, giveTerminal, push, wantForm } from "../../state/navigation.ts";
import { publishForm } from "../../publish/publish-form.ts";
import type { ScreenOf } from "../../state/screen.ts";
import { contextOf, knownOf, say, type State, type Step, still } from "../../state/state.ts";
import { span } from "../../text/line.ts";
import { documentScreen } from "../document-screen.ts";
import { BLANK, type DocumentRow, pair, section } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { openWhy } from "./why-screen.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";

type Shown = ScreenOf<"bundle">;

/** What a bundle takes, gives and can be asked for. */
export const bundleScreen: ScreenDefinition<Shown> = documentScreen<Shown, "bundle">({
  title: (screen, context) => knownOf(context, resourceOf(screen))?.value?.name ?? "Bundle",
  subject: resourceOf,
  text: rowsOf,
  command: ({ source, installation }) =>
    installation === undefined
      ? commandLine("build", sourceWords(source))
      : commandLine("show", wordsOf(installation)),
  act: (screen, action, state) => {
    if (action === "install") return wantForm(state, "install", resourceOf(screen));
    const context = contextOf(state);
    const name = knownOf(context, resourceOf(screen))?.value?.name ?? "the bundle";
    if (action === "publish") return publish(screen, name, state);
    if (action === "shell") return openShell(screen, state);
    if (action === "why") return openWhy(state, screen.source, name);
    if (action !== "build") return undefined;
    return push(state, formScreen(buildForm(screen.source, name, builders(context))));
  },
});

/** What is published is built from a manifest. */
function publish({ source, installation }: Shown, name: string, state: State): Step {
  return installation !== undefined || (source.file ?? source.dir) === undefined
    ? still(say(state, "Only what is built from a porter.yaml can be published.", true))
    : push(state, formScreen(publishForm(source, name)));
}

/** Before any action of it has run; of one that is installed, in its last image. */
function openShell({ source, installation }: Shown, state: State): Step {
  return installation === undefined
    ? giveTerminal(state, "shell", "--bundle", ...sourceWords(source))
    : giveTerminal(state, "shell", ...wordsOf(installation), "--image");
}

function resourceOf({ source, installation }: Shown) {
  return {
    kind: "bundle",
    source,
    ...(installation === undefined ? {} : { installation }),
  } as const;
}

function rowsOf({ place }: Shown, bundle: ExplainedBundle): readonly DocumentRow[] {
  const fits = ({ name }: { readonly name: string }): boolean => matches(place, name);
  return [
    BLANK,
    { line: [span(bundle.name, "strong"), span(` ${bundle.version}`)] },
    ...(bundle.description === undefined
      ? []
      : [{ line: [span(oneLine(bundle.description), "quiet")] }]),
    ...(bundle.requires.length === 0
      ? []
      : [pair("Requires", [span(bundle.requires.join(", "), "warning")])]),
    ...section(
      "Actions",
      bundle.actions
        .filter(fits)
        .map(({ name, description = "" }) =>
          pair(name, [span(oneLine(description), "quiet")], { key: `action/${name}`, width: 24 }),
        ),
    ),
    ...section("Parameters", bundle.parameters.filter(fits).map(parameterRow)),
    ...section("Credentials", bundle.credentials.filter(fits).map(credentialRow)),
    ...section("Outputs", bundle.outputs.filter(fits).map(outputRow)),
  ];
}

function parameterRow({
  name,
  type,
  required,
  sensitive,
  default: given,
  schema,
  description = "",
}: ExplainedBundle["parameters"][number]): DocumentRow {
  const choices = Array.isArray(schema["enum"]) ? schema["enum"].map(String).join(" | ") : type;
  const facts = [
    choices,
    ...(required ? ["required"] : []),
    ...(sensitive ? ["secret"] : []),
    ...(given === undefined
      ? []
      : [`default ${typeof given === "string" ? given || "empty" : JSON.stringify(given)}`]),
  ];
  return pair(name, [span(oneLine(facts.join(", "))), span(`  ${oneLine(description)}`, "quiet")], {
    key: `parameter/${name}`,
    width: 24,
  });
}

function credentialRow({
  name,
  required,
  description = "",
}: ExplainedBundle["credentials"][number]): DocumentRow {
  const need = required ? "required" : "optional";
  return pair(name, [span(need), span(`  ${oneLine(description)}`, "quiet")], {
    key: `credential/${name}`,
    width: 24,
  });
}

function outputRow({
  name,
  type,
  sensitive,
  description = "",
}: ExplainedBundle["outputs"][number]): DocumentRow {
  const facts = sensitive ? `${type}, secret` : type;
  return pair(name, [span(facts), span(`  ${oneLine(description)}`, "quiet")], {
    key: `output/${name}`,
    width: 24,
  });
}
