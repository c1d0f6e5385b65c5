#!/bin/sh
# A Gantry driver in POSIX shell, jq and the engine's own command line. Start reading at the end; then runs.sh.
set -u
here=$(cd "${0%/*}" 2> /dev/null && pwd || pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export HOME="${HOME:-$work}"
host=
label=gantry.$(jq -r .name "$here/gantry-driver.json")
case $(uname -m 2> /dev/null) in aarch64) arch=arm64 ;; *) arch=amd64 ;; esac

. "$here/wire.sh"
. "$here/runs.sh"
. "$here/images.sh"

# The engine's program. Its address is an argument, so that no variable of a run can change it.
engine() { docker ${host:+-H "$host"} "$@"; }

# The only one who writes to stdout, so that no message is torn by another. A line is short enough to be written at once.
write() {
  while IFS= read -r line; do
    rest=${line#* }
    case $line in
      'line '*) printf '%s\n' "$rest" ;;
      'file '*) cat "$rest" && rm -f "$rest" ;;
    esac
  done
}

# Carries out one call, in the background.
serve() {
  method=$1 key=$2 id=$4 code=$(head -c "$3" && echo .)
  : > "$work/$key.acks"
  (
    tmp=$(mktemp -d "$work/call.XXXXXX") || exit 1
    trap finish EXIT
    eval "${code%.}"
    "$method" "$@"
  ) < /dev/null &
}

# What messages.jq made of the host's messages.
listen() {
  while IFS= read -r line; do
    rest=${line#* }
    case $line in
      'answer '*) send "$rest" ;;
      'host '*) host=$rest ;;
      'ack '*) [ ! -e "$work/${rest% *}.acks" ] || echo "${rest#* }" >> "$work/${rest% *}.acks" ;;
      'cancel '*) [ ! -e "$work/$rest.acks" ] || : > "$work/$rest.cancel" ;;
      'call '*) serve $rest ;;
    esac
  done
  : > "$work/over" # calls that still run see it and end
}

mkfifo "$work/out"
write < "$work/out" &
jq -nRr --unbuffered --slurpfile manifest "$here/gantry-driver.json" --arg arch "$arch" -f "$here/messages.jq" | {
  exec 8> "$work/out"
  listen
  exec 8>&-
  wait
}
wait
