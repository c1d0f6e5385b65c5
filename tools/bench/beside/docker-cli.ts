import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { MissingEngineError } from "../errors.ts";
import { runProgram } from "../program.ts";

/** The docker command line, against one engine: what our drivers are compared with. */
export class DockerCli {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(program: string, env: NodeJS.ProcessEnv) {
    this.program = program;
    this.env = { ...env, DOCKER_BUILDKIT: "1" };
  }

  /** The first docker on PATH that builds with BuildKit: newer ones cannot without a plugin. Throws `MissingEngineError`. */
  static async find(env: NodeJS.ProcessEnv): Promise<DockerCli> {
    const folders = (env["PATH"] ?? "").split(delimiter);
    const programs = folders.map((folder) => join(folder, "docker")).filter(existsSync);
    for (const program of new Set(programs)) {
      const docker = new DockerCli(program, env);
      if (await docker.#canBuild()) return docker;
    }
    throw new MissingEngineError(
      programs.length === 0
        ? "there is no docker on PATH to compare with"
        : `${programs.join(", ")} cannot build with BuildKit; install the buildx plugin`,
    );
  }

  run(args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}) {
    return runProgram(this.program, args, { ...options, env: this.env });
  }

  async #canBuild(): Promise<boolean> {
    const dockerfile = "FROM scratch\nLABEL bench=1\n";
    try {
      await this.run(["build", "--quiet", "-"], { input: dockerfile });
      return true;
    } catch {
      // No BuildKit, or no engine: the next docker may do better.
      return false;
    }
  }
}
