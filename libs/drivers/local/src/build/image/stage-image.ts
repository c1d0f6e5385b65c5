import type { ImageConfig } from "@gantry/oci";
import type { Instruction, InstructionOf } from "../../dockerfile/instruction.ts";
import { commandWords, DEFAULT_PATH } from "./command.ts";

type Execution = NonNullable<ImageConfig["config"]>;
type HistoryEntry = NonNullable<ImageConfig["history"]>[number];

export interface PlatformParts {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** A time that is the same on every machine and every day. */
const EPOCH = "1970-01-01T00:00:00Z";

/** The configuration of an image while its stage is carried out. */
export class StageImage {
  readonly platform: PlatformParts;
  readonly #history: HistoryEntry[];
  #execution: Execution;
  #author: string | undefined;
  #hasOwnCommand = false;

  /** `base` is absent for `scratch`. Its triggers belong to it, not to what is built on it. */
  constructor(base: ImageConfig | undefined, platform: PlatformParts) {
    this.platform = platform;
    const { OnBuild: _, ...inherited } = base?.config ?? {
      Env: [`PATH=${DEFAULT_PATH}`],
      WorkingDir: "/",
    };
    this.#execution = inherited;
    this.#history = [...(base?.history ?? [])];
    this.#author = typeof base?.author === "string" ? base.author : undefined;
  }

  get environment(): ReadonlyMap<string, string> {
    return new Map((this.#execution.Env ?? []).map((line) => cut(line)));
  }
  get user(): string {
    return this.#execution.User ?? "";
  }
  get workingDir(): string {
    return this.#execution.WorkingDir || "/";
  }
  get shell(): readonly string[] {
    return this.#execution.Shell ?? ["/bin/sh", "-c"];
  }

  /** Notes an instruction that was carried out. */
  record(text: string, hasLayer: boolean): void {
    const entry = { created: EPOCH, created_by: text, comment: "gantry" };
    this.#history.push(hasLayer ? entry : { ...entry, empty_layer: true });
  }

  /** Carries out what an expanded instruction says of the configuration. */
  apply(instruction: Instruction): void {
    const change = this.#change(instruction);
    if (change !== undefined) this.#execution = { ...this.#execution, ...change };
    if (instruction.kind === "maintainer") this.#author = instruction.name;
  }

  addLabels(labels: Readonly<Record<string, string>>): void {
    if (Object.keys(labels).length === 0) return;
    this.#execution = { ...this.#execution, Labels: { ...this.#execution.Labels, ...labels } };
  }

  /** The finished configuration over these layers. */
  toConfig(diffIds: readonly `sha256:${string}`[]): ImageConfig {
    const { os, architecture, variant } = this.platform;
    return {
      created: EPOCH,
      ...(this.#author === undefined ? {} : { author: this.#author }),
      os,
      architecture,
      ...(variant === undefined ? {} : { variant }),
      config: this.#execution,
      rootfs: { type: "layers", diff_ids: [...diffIds] },
      history: this.#history,
    };
  }

  #change(instruction: Instruction): Partial<Execution> | undefined {
    switch (instruction.kind) {
      case "env": {
        const all = new Map([
          ...this.environment,
          ...instruction.pairs.map((pair) => [pair.name, pair.value] as const),
        ]);
        return { Env: [...all].map(([name, value]) => `${name}=${value}`) };
      }
      case "label": {
        const labels = Object.fromEntries(instruction.pairs.map((pair) => [pair.name, pair.value]));
        return { Labels: { ...this.#execution.Labels, ...labels } };
      }
      case "workdir":
        return { WorkingDir: joinDirectory(this.workingDir, instruction.path) };
      case "user":
        return { User: instruction.user };
      case "shell":
        return { Shell: [...instruction.words] };
      case "stopsignal":
        return { StopSignal: instruction.signal };
      case "volume":
        return { Volumes: { ...this.#execution.Volumes, ...empties(instruction.paths) } };
      case "expose":
        return {
          ExposedPorts: {
            ...this.#execution.ExposedPorts,
            ...empties(instruction.ports.flatMap(toPorts)),
          },
        };
      case "onbuild":
        return { OnBuild: [...(this.#execution.OnBuild ?? []), instruction.trigger] };
      default:
        return this.#changeCommand(instruction);
    }
  }

  #changeCommand(instruction: Instruction): Partial<Execution> | undefined {
    switch (instruction.kind) {
      case "cmd":
        this.#hasOwnCommand = true;
        return { Cmd: commandWords(instruction.command, this.shell) };
      case "entrypoint": {
        // A command that was meant for the base's entrypoint means nothing to another.
        const own = this.#hasOwnCommand ? {} : { Cmd: null };
        return { ...own, Entrypoint: commandWords(instruction.command, this.shell) };
      }
      case "healthcheck":
        return { Healthcheck: toHealthcheck(instruction, this.shell) };
      default:
        return undefined;
    }
  }
}

/** `path` as seen from `directory`, clean. */
export function joinDirectory(directory: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${directory}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

function cut(line: string): [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

function empties(names: readonly string[]): Record<string, Record<string, never>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** `80`, `53/udp`, `8000-8002/tcp`. */
function toPorts(text: string): string[] {
  const [, first = "", last, protocol = "tcp"] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  if (first === "") return [text];
  const count = Math.max(1, Number(last ?? first) - Number(first) + 1);
  return Array.from(
    { length: count },
    (_, index) => `${Number(first) + index}/${protocol.toLowerCase()}`,
  );
}

function toHealthcheck(instruction: InstructionOf<"healthcheck">, shell: readonly string[]) {
  const { test, options } = instruction;
  const words = (): string[] => {
    if (test === "NONE") return ["NONE"];
    if (test.form === "exec") return ["CMD", ...test.words];
    return shell[0] === "/bin/sh" ? ["CMD-SHELL", test.text] : ["CMD", ...shell, test.text];
  };
  const named = {
    Interval: options["interval"],
    Timeout: options["timeout"],
    StartPeriod: options["start-period"],
    StartInterval: options["start-interval"],
    Retries: options["retries"],
  };
  return {
    Test: words(),
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
  };
}
