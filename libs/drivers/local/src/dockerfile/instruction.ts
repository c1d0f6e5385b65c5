import type { Heredoc } from "./text/heredoc.ts";

/** `value` is absent in `ARG NAME`. Words are as written until an instruction is expanded. */
export interface ArgEntry {
  readonly name: string;
  readonly value?: string;
}

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Shell form is one text for the shell, exec form a program and its arguments. */
export type CommandLine =
  | { readonly form: "shell"; readonly text: string }
  | { readonly form: "exec"; readonly words: readonly string[] };

/** What COPY and ADD have in common. */
export interface Transfer {
  readonly sources: readonly string[];
  /** Sources given in the Dockerfile itself. */
  readonly heredocs: readonly Heredoc[];
  readonly target: string;
  readonly chown?: string;
  readonly chmod?: string;
}

export interface HealthTest {
  /** `NONE`, or the command. */
  readonly test: "NONE" | CommandLine;
  /** `interval`, `timeout`, `start-period`, `start-interval` in nanoseconds; `retries` is a count. */
  readonly options: Readonly<Record<string, number>>;
}

/** What an instruction says, without where it says it. */
export type InstructionBody =
  | { readonly kind: "arg"; readonly entries: readonly ArgEntry[] }
  | { readonly kind: "env"; readonly pairs: readonly Pair[] }
  | { readonly kind: "label"; readonly pairs: readonly Pair[] }
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "shell"; readonly words: readonly string[] }
  | ({
      readonly kind: "copy" /** Stage, named context or image. */;
      readonly from?: string;
    } & Transfer)
  | ({ readonly kind: "add" } & Transfer)
  | {
      readonly kind: "run";
      readonly command: CommandLine;
      readonly heredocs: readonly Heredoc[];
      /** The texts of the `--mount` flags; `readMount` gives them meaning. */
      readonly mounts: readonly string[];
      readonly network?: string;
    }
  | { readonly kind: "cmd"; readonly command: CommandLine }
  | { readonly kind: "entrypoint"; readonly command: CommandLine }
  | { readonly kind: "expose"; readonly ports: readonly string[] }
  | { readonly kind: "volume"; readonly paths: readonly string[] }
  | { readonly kind: "stopsignal"; readonly signal: string }
  | { readonly kind: "onbuild"; readonly trigger: string }
  | ({ readonly kind: "healthcheck" } & HealthTest)
  | { readonly kind: "maintainer"; readonly name: string };

export type Instruction = InstructionBody & {
  readonly line: number;
  /** The instruction as written, its lines joined. For people. */
  readonly text: string;
};

export type InstructionOf<Kind extends InstructionBody["kind"]> = Extract<
  Instruction,
  { readonly kind: Kind }
>;

/** One `FROM` and what follows it. */
export interface Stage {
  readonly index: number;
  /** As in `AS name`, in lower case. */
  readonly name?: string;
  readonly line: number;
  readonly text: string;
  /** Image, earlier stage, named context or `scratch`; not expanded. */
  readonly base: string;
  readonly platform?: string;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile that is well-formed. Its variables are not expanded yet. */
export interface Dockerfile {
  /** For messages. */
  readonly path: string;
  readonly escape: string;
  /** The `ARG`s before the first `FROM`. */
  readonly globalArgs: readonly InstructionOf<"arg">[];
  readonly stages: readonly Stage[];
}
