import type { HostTools } from "../sandbox/tools.ts";

/**
 * The shell outside of a run that outlives the daemon. Arguments: the exit file, then the command that makes the sandbox.
 *
 * The program's output goes through real pipes, so that it may open /dev/stdout anew, and from there to the end of
 * the log files; where a log cannot be written any more the program is not stopped by it. The exit file is written when
 * both logs are complete. The first process inside says how the program ended; one that could not was killed.
 * Descriptors: 0-3 belong to the set-up, 4 is the program's input, 5 and 6 are the logs, 7 takes the exit code.
 */
export function supervisor({ cat }: HostTools): string {
  return `exit=$1; shift
exec 7>&1 8>&2 2>/dev/null
{
  {
    "$@" 5>&1 6>&9 1>&7 2>&8 8>&- 9>&- 7<>"$exit.code"
  } | { ${cat} >&5 2>/dev/null || ${cat} >/dev/null; } 6>&- 7>&- 8>&- 9>&-
} 9>&1 | { ${cat} >&6 2>/dev/null || ${cat} >/dev/null; } 5>&- 7>&- 8>&-
read -r code <"$exit.code"
case $code in '' | *[!0-9]*) code=137 ;; esac
echo "$code" 1<>"$exit"
`;
}
