import type { IdMapping } from "../ids/mapping.ts";
import { shellQuote, shellWords } from "./quote.ts";
import type { SandboxSpec, SandboxUser } from "../spec.ts";
import type { HostTools } from "../tools.ts";

/** Words of the command that becomes the program: it drops everything, then waits for {@link releaseScript}. */
export function payloadWords(
  tools: HostTools,
  mapping: IdMapping,
  spec: Pick<SandboxSpec, "user" | "capabilities">,
): string[] {
  const isSingle = mapping.kind === "single";
  const kept = spec.capabilities.map((name) => `+${name.replace(/^CAP_/i, "").toLowerCase()}`);
  const only = ["-all", ...kept].join(",");
  const drop = [`--bounding-set=${only}`, `--inh-caps=${only}`, `--ambient-caps=${only}`];
  const who = isSingle ? ["--keep-groups"] : switchUser(spec.user);
  return [
    ...(isSingle ? enterAs(tools, spec.user) : []),
    tools.setpriv,
    "--no-new-privs",
    ...who,
    ...drop,
    tools.sh,
    "-s",
  ];
}

function switchUser(user: SandboxUser): string[] {
  const groups =
    user.groups.length === 0 ? ["--clear-groups"] : [`--groups=${user.groups.join(",")}`];
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, ...groups];
}

/** With one id only, the program gets a user namespace in which that id has the number it expects. */
function enterAs(tools: HostTools, user: SandboxUser): string[] {
  if (user.uid === 0 && user.gid === 0) return [];
  const ids = [`--map-user=${user.uid}`, `--map-group=${user.gid}`];
  return [tools.unshare, "--user", ...ids, "--keep-caps"];
}

/** Starts the program in the background of the setup, with its own pipe as input, output and error. */
export function startPayload(words: readonly string[]): string {
  return `${shellWords(words)} 0<&3 1>&3 2>&3 &\npayload=$!\n`;
}

/** First words to the waiting program: it is loaded, and needs nothing of this machine any more. */
export const PAYLOAD_HELLO = "echo ready\n";

/** Becomes the program. Read from the pipe, so that no value of the environment is ever in an argv. */
export function releaseScript(spec: Pick<SandboxSpec, "env" | "cwd" | "argv">): string {
  const [program = "", ...args] = spec.argv;
  const exports = Object.entries(spec.env).map(
    ([name, value]) => `export ${name}=${shellQuote(value)}\n`,
  );
  const look = program.includes("/")
    ? `[ -x ${shellQuote(program)} ]`
    : `command -v ${shellQuote(program)}`;
  return `unset PWD OLDPWD LC_ALL LIBMOUNT_FORCE_MOUNT2
cd ${shellQuote(spec.cwd)} || { echo "refused cwd"; exit 125; }
umask 022
${exports.join("")}${look} >/dev/null || { echo "refused program"; exit 125; }
echo released
exec ${shellWords([program, ...args])} 0<&4 1>&5 2>&6 3>&- 4>&- 5>&- 6>&- 7>&-
`;
}
