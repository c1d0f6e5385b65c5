import type { CommandLine, InstructionOf } from "../../dockerfile/instruction.ts";
import { heredocText, readHeredoc } from "../../dockerfile/text/heredoc.ts";

/** Where programs are looked for when an image does not say. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The words that run a command line. */
export function commandWords(command: CommandLine, shell: readonly string[]): string[] {
  return command.form === "exec" ? [...command.words] : [...shell, command.text];
}

/** What a RUN starts, and the script that it needs a file for. */
export interface RunCommand {
  readonly words: readonly string[];
  /** A here-document with its own interpreter: the text of an executable file at `path`. */
  readonly script?: { readonly path: string; readonly text: string };
}

/** Where a script that a RUN brings along is mounted. */
const SCRIPTS = "/run/build-scripts";

/** What a RUN starts, by the rules of BuildKit for here-documents. */
export function runCommand(run: InstructionOf<"run">, shell: readonly string[]): RunCommand {
  const { command, heredocs } = run;
  const [first] = heredocs;
  if (command.form === "exec" || first === undefined)
    return { words: commandWords(command, shell) };
  if (heredocs.length > 1 || readHeredoc(command.text) === undefined) {
    const documents = heredocs.map((heredoc) => `\n${heredoc.content}${heredoc.name}`).join("");
    return { words: [...shell, command.text + documents] };
  }
  const text = heredocText(first);
  if (!text.startsWith("#!")) return { words: [...shell, text] };
  const path = `${SCRIPTS}/${first.name}`;
  return { words: [...shell, path], script: { path, text } };
}
