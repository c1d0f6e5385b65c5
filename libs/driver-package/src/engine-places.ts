import type { EngineApi, EnginePower } from "./powers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the engines of one interface are to be found on a machine. */
export interface EnginePlace {
  /** The variable in which the engine's own tools read its address, and a driver that of its filtered socket. */
  readonly variable: string;
  /** Paths at which the operator's engine may listen, the likeliest first. */
  sockets(environment: Environment, uid: number): readonly string[];
  /** The command that makes a service listen at `socket`, for an engine that needs none to be used by people. It runs until it is ended; what it started goes on. */
  service?(socket: string): readonly [string, ...string[]];
}

/** What is known of engines before any driver is asked: no manifest can name a socket or a program that is not here. */
const PLACES: Readonly<Record<EngineApi, EnginePlace>> = {
  docker: { variable: "DOCKER_HOST", sockets: () => ["/var/run/docker.sock"] },
  podman: {
    variable: "CONTAINER_HOST",
    sockets: ({ XDG_RUNTIME_DIR }, uid) => {
      const runtime = uid === 0 ? "/run" : (XDG_RUNTIME_DIR ?? `/run/user/${uid}`);
      return [`${runtime}/podman/podman.sock`];
    },
    service: (socket) => ["podman", "system", "service", "--time=0", `unix://${socket}`],
  },
};

export function enginePlace({ api = "docker" }: Pick<EnginePower, "api">): EnginePlace {
  return PLACES[api];
}
