import type { CommandSpec, OptionSpec } from "./spec.ts";
import { optionsOf } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

type Values = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** What the user gave to one command: options by their names, arguments by theirs. */
export class Given {
  readonly #command: CommandSpec;
  readonly #arguments: readonly (string | undefined)[];
  readonly #values: Values;
  readonly #env: Environment;

  constructor(
    command: CommandSpec,
    {
      args,
      values,
      env,
    }: { readonly args: readonly unknown[]; readonly values: Values; readonly env: Environment },
  ) {
    this.#command = command;
    this.#arguments = args.map((value) => (typeof value === "string" ? value : undefined));
    this.#values = values;
    this.#env = env;
    for (const option of optionsOf(command)) this.#check(option);
    for (const [index] of (command.arguments ?? []).entries()) this.#checkArgument(index);
  }

  argument(name: string): string | undefined {
    return this.#arguments[(this.#command.arguments ?? []).findIndex((one) => one.name === name)];
  }

  /** The value of an option, or of its variable. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value === "string") return value;
    const env = this.#option(name)?.env;
    return env === undefined ? undefined : this.#env[env] || undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  #option(name: string): OptionSpec | undefined {
    return optionsOf(this.#command).find((option) => option.name === name);
  }

  #check({ name, more, choices: few, env, isList }: OptionSpec): void {
    const choices = more === undefined ? few : ["true", "false", ...more];
    const value = isList === true ? undefined : this.text(name);
    if (value === "" && choices === undefined) throw emptyValue(name);
    if (value === undefined || choices === undefined || choices.includes(value)) return;
    const source = this.#values[name] === undefined ? env : `--${name}`;
    throw new UsageError(`${source} is "${value}".`, { hint: `Use ${choices.join(" or ")}.` });
  }

  #checkArgument(index: number): void {
    const spec = this.#command.arguments?.[index];
    const value = this.#arguments[index];
    if (value === "") throw new UsageError(`${spec?.name} is empty.`, { hint: "Give a name." });
    if (value === undefined || spec?.choices === undefined || spec.choices.includes(value)) return;
    throw new UsageError(`${spec.name} is "${value}".`, {
      hint: `Use ${spec.choices.join(", ")}.`,
    });
  }
}

function emptyValue(name: string): UsageError {
  return new UsageError(`The value of --${name} is empty.`, {
    hint: `Give a value, or leave --${name} out.`,
  });
}
