import { basename } from "node:path";
import type { FileGroup } from "./file-groups.ts";
import type { SandboxHost } from "../host.ts";
import { fstabField, shellQuote, shellWords } from "./quote.ts";
import type { Scratch } from "../mount-table.ts";
import type { HostTools } from "../tools.ts";

/** What the first process of a sandbox runs. It reads its script from a pipe: nothing of it shows in argv. */

/** Says which process it is, in the pid namespace of whoever mounted /proc: ours. */
export const ANNOUNCE = 'read -r pid rest </proc/self/stat; echo "pid $pid"\n';

/** Shell functions of the setup. Messages go to stdout, tools complain on stderr. */
export function setupFunctions(tools: HostTools, scratch: Scratch): string {
  return `
N=${shellQuote(scratch.rootDir)} S=${shellQuote(scratch.stageDir)} T=${shellQuote(scratch.tablePath)}
die() { echo "failed $*"; exit 125; }
# The place of absolute path $1 in the root at $N: links are followed as the sandbox will, never outside of it.
resolve() {
  resolved= rest=\${1#/} hops=0
  while [ -n "$rest" ]; do
    case $rest in */*) part=\${rest%%/*} rest=\${rest#*/} ;; *) part=$rest rest= ;; esac
    case $part in
      ''|.) continue ;;
      ..) resolved=\${resolved%/*}; continue ;;
    esac
    if [ -L "$N$resolved/$part" ]; then
      hops=$((hops + 1)); [ $hops -le 40 ] || die "too many links in $1"
      link=$(${tools.readlink} -- "$N$resolved/$part"; echo x); link=\${link%?x}
      case $link in /*) resolved= ;; esac
      rest=$link\${rest:+/$rest}
    else
      resolved=$resolved/$part
    fi
  done
}
ensure_dir() { [ -d "$N$resolved" ] || ${tools.mkdir} -p -- "$N$resolved" || die "mkdir $1"; }
ensure_file() {
  [ -e "$N$resolved" ] && return
  [ -d "$N\${resolved%/*}" ] || ${tools.mkdir} -p -- "$N\${resolved%/*}" || die "mkdir $1"
  : >"$N$resolved" || die "create $1"
}
# Directories that the mount table names must be where they say.
point() { resolve "$1"; [ "$resolved" = "$1" ] || { echo "link $1"; exit 125; }; ensure_dir "$1"; }
# bind SOURCE TARGET OPTIONS KIND: by the table where the names are plain, at once where they are not.
bind() {
  resolve "$2"; "ensure_$4" "$2"
  case $1$N$resolved in
    *[!A-Za-z0-9_./@:+-]*) ${tools.mount} -o "$3" -- "$1" "$N$resolved" || die "bind $2" ;;
    *) echo "$1 $N$resolved none $3 0 0" >>"$T" ;;
  esac
}
`;
}

/** Mounts the root and the stage. */
export function firstStage(
  tools: HostTools,
  first: { readonly table: string; readonly baseDir: string },
): string {
  return `
cd ${shellQuote(first.baseDir)} && ${tools.mount} -a -T ${shellQuote(first.table)} || die "mount root"
cd /
[ -e "$N" ] && [ -d "$S" ] || die "mount root"
`;
}

/** Names the sandbox. Only root may write the name through /proc; others need the program, where there is one. */
export function setHostname(host: SandboxHost, name: string): string {
  const quoted = shellQuote(name);
  if (host.mapping.kind === "full") return `echo ${quoted} >/proc/sys/kernel/hostname || :\n`;
  return host.tools.hostname === undefined ? "" : `${host.tools.hostname} ${quoted} || :\n`;
}

/** Makes the places that the second table mounts on. */
export function standardPoints(network: "host" | "none"): string {
  const sys = network === "none" ? "point /sys\n" : "";
  return `point /proc\npoint /dev\n${sys}`;
}

/** A directory made with its owner unless it is there. */
export function placeDirectory(
  tools: HostTools,
  dir: { readonly path: string; readonly mode: number; readonly owner: string },
): string {
  const made = shellQuote(dir.path);
  return `
resolve ${made}
if ! [ -d "$N$resolved" ]; then
  ${tools.mkdir} -p -- "$N$resolved" || die "mkdir" ${made}
  ${dir.owner === "0:0" ? "" : `${tools.chown} ${dir.owner} -- "$N$resolved" || die chown ${made}`}
  ${dir.mode === 0o755 ? "" : `${tools.chmod} ${dir.mode.toString(8)} -- "$N$resolved" || die chmod ${made}`}
fi
`;
}

/** Puts the staged files of a group into their directory. */
export function placeGroup(tools: HostTools, group: FileGroup): string {
  const dir = shellQuote(group.dir);
  const stage = `"$S"/${group.stage}`;
  const checks = group.files.map(({ path, existing }) => checkPlace(path, existing === "refuse"));
  const names = group.files.map(({ path }) => `${stage}/${shellQuote(basename(path))}`).join(" ");
  const copy = `[ -d "$N$dir" ] || ${tools.mkdir} -p -- "$N$dir" || die mkdir ${dir}
${tools.cp} -p --remove-destination -- ${names} "$N$dir/" || die copy ${dir}\n`;
  const binds = group.files.map(({ path }) => {
    const target = shellQuote(path);
    return `bind ${stage}/${shellQuote(basename(path))} ${target} bind file\n`;
  });
  return `resolve ${dir}; dir=$resolved\n${checks.join("")}${group.sensitive ? binds.join("") : copy}`;
}

function checkPlace(path: string, refuse: boolean): string {
  const place = `"$N$dir/"${shellQuote(basename(path))}`;
  const taken = refuse ? `[ -e ${place} ] || [ -L ${place} ]` : `[ -d ${place} ]`;
  return `if ${taken}; then echo exists ${shellQuote(path)}; exit 125; fi\n`;
}

/** A bind of a path of this machine; `options` begin with `bind` or `rbind`. */
export function placeBind(bind: {
  readonly source: string;
  readonly target: string;
  readonly options: string;
  readonly isDir: boolean;
}): string {
  return `bind ${shellWords([bind.source, bind.target, bind.options, bind.isDir ? "dir" : "file"])}\n`;
}

/** A tmpfs at a place of the caller's choice. */
export function placeTmpfs(tools: HostTools, target: string, options: string): string {
  return `
resolve ${shellQuote(target)}; ensure_dir ${shellQuote(target)}
case $N$resolved in
  *[!A-Za-z0-9_./@:+-]*) ${tools.mount} -t tmpfs -o ${options} tmpfs "$N$resolved" || die mount ${shellQuote(target)} ;;
  *) echo "tmpfs $N$resolved tmpfs ${fstabField(options)} 0 0" >>"$T" ;;
esac
`;
}

/** Mounts the second table and raises the loopback where the network is the sandbox's own. */
export function secondStage(tools: HostTools, network: "host" | "none"): string {
  const loopback =
    network === "none"
      ? `if [ -e "$S/sys/class/net/lo/flags" ]; then echo 0x9 >"$S/sys/class/net/lo/flags" || echo "notice no-loopback"; fi\n`
      : "";
  const sys = network === "none" ? `[ -d "$S/sys" ] || ${tools.mkdir} "$S/sys"\n` : "";
  return `${sys}${tools.mount} -a -T "$T" || die "mount"\n${loopback}`;
}

/** Makes the root the root of every process of the sandbox. The old one is taken away from outside. */
export function pivot(tools: HostTools, options: { readonly lockHost: boolean }): string {
  const lock = options.lockHost ? `${tools.mount} -o remount,bind,ro / || :\n` : "";
  return `${lock}exec 8<>/dev/null\n${tools.pivot_root} "$N" "$N" || die "pivot_root"\necho pivoted\n`;
}

/** Lets go of everything of ours, passes signals on, reaps, and ends as the program ends. */
export function attend(options: { readonly writesCode: boolean }): string {
  return `{
  exec 0<&8 1>&8 2>&8 3>&- 4>&- 5>&- 6>&- 8>&-
  for name in HUP INT QUIT TERM USR1 USR2; do trap "kill -$name $payload" $name; done
  while :; do
    wait "$payload"; code=$?
    kill -0 "$payload" 2>&1 || break
  done
  ${options.writesCode ? "echo $code >&7" : ":"}
  exit $code
}
`;
}
