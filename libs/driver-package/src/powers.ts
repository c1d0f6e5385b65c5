import { z } from "zod";
import { isPlainText, PLAIN_TEXT } from "./plain-text.ts";

const Path = z
  .string()
  .regex(
    /^(\/|~\/)[^\0]*$/,
    "expected an absolute path, or one that begins with ~/ (the operator's home)",
  )
  .refine((path) => !path.split("/").includes(".."), "expected a path without ..")
  .refine(isPlainText, PLAIN_TEXT);
const HostPort = z
  .string()
  .regex(
    /^(\*|(\*\.)?[A-Za-z0-9.-]+:(\d{1,5}|\*)|\[[0-9a-f:.]+\]:(\d{1,5}|\*))$/,
    "expected HOST:PORT, *.DOMAIN:PORT, HOST:* or *",
  );
const Name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of a variable");
const ProgramPath = Path.regex(/[^/]$/, "expected the path of a file");
const Program = z.union(
  [z.string().regex(/^(\*|[A-Za-z0-9][A-Za-z0-9._+-]*)$/), ProgramPath],
  "expected the name of a program on PATH, the path of one (/usr/libexec/x, ~/.tool/x), or *",
);

/** Groups of calls of a Docker-compatible engine. */
export const EngineCall = z.enum(["build", "images", "run", "exec", "networks", "volumes"]);
export type EngineCall = z.infer<typeof EngineCall>;

/** What a container may have beyond isolation, and what only an explicit second word gives: the engine's own socket. */
export const EngineReach = z.enum([
  "capabilities",
  "host-mounts",
  "host-namespaces",
  "privileged",
  "raw-socket",
]);
export type EngineReach = z.infer<typeof EngineReach>;

/** Whose interface is spoken through a filtered socket: that of Docker-compatible engines, or Podman's own. */
export const EngineApi = z.enum(["docker", "podman"]);
export type EngineApi = z.infer<typeof EngineApi>;

/** Access to an engine through a filtered socket: own labels only, these calls only. */
export const EnginePower = z.strictObject({
  /** Absent for `docker`. */
  api: EngineApi.exactOptional(),
  calls: z.array(EngineCall).min(1),
  reach: z.array(EngineReach).default([]),
});
export type EnginePower = z.infer<typeof EnginePower>;

/** What a driver may use of the machine. Whatever is not named is denied. */
export const Powers = z.strictObject({
  engine: EnginePower.exactOptional(),
  /** Files and directories that it may read. */
  read: z.array(Path).default([]),
  /** Files and directories that it may read and write. */
  write: z.array(Path).default([]),
  /** Hosts and ports that it may connect to; `*` is every host, and the machine's own network. */
  network: z.array(HostPort).default([]),
  /** Variables of the operator's environment that it sees. */
  environment: z.array(Name).default([]),
  /** Secrets of the operator's that it may ask for by name. */
  secrets: z.array(Name).default([]),
  /** Programs of the machine that it may start, by name or by the path of one file; `*` is all of them. */
  subprocesses: z.array(Program).default([]),
  /** Device files that it may open. */
  devices: z.array(Path).default([]),
});
export type Powers = z.infer<typeof Powers>;

/** No power at all. */
export const NO_POWERS: Powers = Powers.parse({});
