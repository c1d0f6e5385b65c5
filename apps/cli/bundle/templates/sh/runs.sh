# The methods of the run facet. A run is a container, found again by its name and its labels; nothing is kept here.

# Says what the engine said in $tmp/err.
engine_failure() {
  said=$(tail -n 3 "$tmp/err")
  case $said in
    *'Cannot connect'* | *'error during connect'*) fail engine-unavailable "$said" 'Start the engine, or set the option host.' ;;
    *) fail internal "The engine refused: $said" "Look at the engine's own log." ;;
  esac
}

# Whether there is the run; an engine that is away is no answer.
exists() {
  engine inspect --type container "gantry-$run" > "$tmp/inspected" 2> "$tmp/err" && return 0
  case $(cat "$tmp/err") in *'No such'*) return 1 ;; *) engine_failure ;; esac
}

must_exist() { exists || fail not-found "There is no run $run." 'It may have been removed already.'; }

driver_probe() {
  if version=$(timeout 4 docker ${host:+-H "$host"} version -f '{{.Server.Version}}' 2>&1); then
    jq -cn --arg version "$version" '{state: "ready", engine: "Docker Engine \($version)", problems: []}'
  else
    jq -cn --arg text "The engine does not answer: $version" --arg fix 'Start it, or set the option host.' \
      '{state: "unavailable", problems: [{text: $text[:500], fix: $fix}]}'
  fi | result
}

# What was begun is finished before it is undone. messages.jq has set $@ to the options of `create`.
run_start() {
  [ -z "$need" ] || fail unsupported "This driver cannot do $need." 'Choose another driver with --driver.' "$need"
  [ -z "$refusal" ] || fail invalid-request "This driver cannot take $refusal." 'Choose another name for it.'
  end_if_canceled
  if ! (secrets && engine create --pull never --name "gantry-$run" "$@") > /dev/null 2> "$tmp/err"; then
    case $(cat "$tmp/err") in
      *'already in use'*) fail conflict "There is a run $run already." 'Use another id.' ;;
      *'No such image'*) fail image-not-found "The engine has no image $image." 'Build or pull it first.' ;;
      *) engine_failure ;;
    esac
  fi
  begun=yes
  place_inputs
  end_if_canceled
  engine start "gantry-$run" > /dev/null 2> "$tmp/err" ||
    fail invalid-request "$(tail -n 1 "$tmp/err")" 'Look whether the image has that program.'
  end_if_canceled
  begun=
  echo '{}' | result
}

# The archive names no directory but the outputs': the engine makes the missing ones, and would change those that exist.
place_inputs() {
  mkdir -p "$tmp/in$outputs"
  printf '%s\0' ".$outputs" > "$tmp/names"
  inputs
  owner
  tar -C "$tmp/in" --no-recursion --null --numeric-owner --owner="$uid" --group="$gid" -cf - -T "$tmp/names" |
    engine cp - "gantry-$run:/" > /dev/null 2> "$tmp/err" || engine_failure
}

# input PATH MODE EXISTING CONTENT; called by inputs, which messages.jq has written.
input() {
  if [ "$3" = refuse ] && engine cp "gantry-$run:$1" - > /dev/null 2>&1; then
    fail file-exists "The image has $1 already." 'Choose another path.'
  fi
  mkdir -p "$tmp/in${1%/*}"
  printf %s "$4" | base64 -d > "$tmp/in$1"
  chmod "$(printf %o "$2")" "$tmp/in$1"
  printf '%s\0' ".$1" >> "$tmp/names"
}

# Sets $uid and $gid to what USER of the image means; names are looked up in the image's own files.
owner() {
  user=$(engine inspect -f '{{.Config.User}}' "gantry-$run")
  uid=$(account /etc/passwd "${user%%:*}" 3) gid=$(account /etc/passwd "${user%%:*}" 4)
  case $user in
    '') uid=0 gid=0 ;;
    *:*) gid=$(account /etc/group "${user#*:}" 3) && gid=${gid:-${user#*:}} ;;
  esac
  uid=${uid:-${user%%:*}} gid=${gid:-0}
  case $uid$gid in *[!0-9]*) fail base-unusable "The image does not know its user $user." 'Use a number for USER.' ;; esac
}

# account FILE NAME FIELD
account() {
  engine cp -L "gantry-$run:$1" - 2> /dev/null | tar -xOf - 2> /dev/null |
    NAME=$2 FIELD=$3 awk -F: '$1 == ENVIRON["NAME"] || $3 == ENVIRON["NAME"] { print $ENVIRON["FIELD"]; exit }'
}

run_recover() { if exists; then echo '{"found":true}'; else echo '{"found":false}'; fi | result; }

# Follows the log from its start into files, and passes on what is behind the cursor. A log that is followed may stop
# short of its end, so the last reading is of a program that has ended.
run_events() {
  must_exist
  out_at=${cursor%.*} err_at=${cursor#*.}
  out_at=${out_at:-0} err_at=${err_at:-0}
  : > "$tmp/stdout" && : > "$tmp/stderr"
  engine logs -f "gantry-$run" > "$tmp/stdout" 2> "$tmp/stderr" &
  child=$!
  while kill -0 "$child" 2> /dev/null; do
    end_if_canceled
    pass_on no
    sleep 0.1
  done
  wait "$child"
  engine logs "gantry-$run" > "$tmp/stdout" 2> "$tmp/stderr" || engine_lost
  pass_on yes
  echo '{}' | result
}

engine_lost() { fail engine-lost 'The engine went away, or the run was removed.' 'Look at the engine.'; }

# pass_on ENDED: reports what is new, in pieces of 64 KiB at most.
pass_on() {
  while piece stdout "$out_at" "$1"; do out_at=$((out_at + size)) && say stdout; done
  while piece stderr "$err_at" "$1"; do err_at=$((err_at + size)) && say stderr; done
}

# piece STREAM AT ENDED: puts whole lines into $tmp/piece and their size into $size. A line is cut where it is too long.
piece() {
  tail -c "+$(($2 + 1))" "$tmp/$1" | head -c 65536 > "$tmp/chunk"
  [ -s "$tmp/chunk" ] || return 1
  head -n "$(wc -l < "$tmp/chunk")" "$tmp/chunk" > "$tmp/piece"
  if [ ! -s "$tmp/piece" ]; then
    full=$(wc -c < "$tmp/chunk")
    [ "$full" -eq 65536 ] || [ "$3" = yes ] || return 1
    cat "$tmp/chunk" > "$tmp/piece"
    # Not within a character.
    for less in 1 2 3; do
      [ "$full" -eq 65536 ] && jq -Rse 'endswith("\ufffd")' "$tmp/piece" > /dev/null || break
      head -c "$((full - less))" "$tmp/chunk" > "$tmp/piece"
    done
  fi
  size=$(wc -c < "$tmp/piece")
}

say() {
  jq -Rsc --arg stream "$1" --arg cursor "$out_at.$err_at" \
    '{cursor: $cursor, event: {kind: "log", stream: $stream, text: .}}' "$tmp/piece" > "$tmp/item"
  report "$tmp/item"
}

run_outcome() {
  must_exist
  engine wait "gantry-$run" > /dev/null 2> "$tmp/err" &
  await $!
  if ! exists; then
    echo '{"kind":"lost","reason":"Its container was removed."}' | result
    return
  fi
  jq '.[0].State | if .Status == "created" then {kind: "lost", reason: "It was never started."}
    else {kind: "exited", exitCode: .ExitCode, outOfMemory: .OOMKilled} end' "$tmp/inspected" | result
}

# A list first, then each file by itself: so they are in order, and the engine says what a further name of a file holds.
run_outputs() {
  must_exist
  root=$(jq -r --arg name "$label.outputs" '.[0].Config.Labels[$name]' "$tmp/inspected")
  engine cp "gantry-$run:$root" - 2> /dev/null |
    tar -tvf - --numeric-owner --quoting-style=literal 2> /dev/null | jq -Rnc '
      def digit: (if .[0:1] == "r" then 4 else 0 end) + (if .[1:2] == "w" then 2 else 0 end) + (if .[2:3] | test("[xst]") then 1 else 0 end);
      [ inputs | capture("^(?<type>.)(?<mode>.{9}) +(?<uid>[0-9]+)/(?<gid>[0-9]+) +[0-9]+ [^ ]+ [^ ]+ [^/]+/(?<path>.+)$")
        | select(.type == "-" or .type == "h")
        | if .type == "h" then .path |= sub(" link to .*$"; "") else . end
        | {path, uid: (.uid | tonumber), gid: (.gid | tonumber),
           mode: ((.mode[0:3] | digit) * 64 + (.mode[3:6] | digit) * 8 + (.mode[6:9] | digit))}
      ] | sort_by(.path)[]' > "$tmp/list"
  while read -r about; do
    end_if_canceled
    path=$(printf '%s' "$about" | jq -r .path)
    # Each line of base64 is a piece that stands for itself.
    engine cp "gantry-$run:$root/$path" - 2> /dev/null | tar -xOf - 2> /dev/null | base64 -w 65536 > "$tmp/pieces"
    [ -s "$tmp/pieces" ] || echo > "$tmp/pieces"
    jq -Rc --argjson about "$about" --argjson count "$(wc -l < "$tmp/pieces")" \
      '$about + {data: ., last: (input_line_number == $count)}' "$tmp/pieces" > "$tmp/items"
    report "$tmp/items"
  done < "$tmp/list"
  echo '{}' | result
}

run_stop() {
  must_exist
  engine kill -s TERM "gantry-$run" > /dev/null 2>&1
  timeout "$grace" docker ${host:+-H "$host"} wait "gantry-$run" > /dev/null 2>&1 &
  if ! await $!; then
    engine kill -s KILL "gantry-$run" > /dev/null 2>&1
    engine wait "gantry-$run" > /dev/null 2>&1 &
    await $!
  fi
  echo '{}' | result
}

remove() {
  while exists; do
    engine rm -f -v "gantry-$run" > /dev/null 2>&1
  done
}

run_remove() { remove && echo '{}' | result; }

run_sweep() {
  engine ps -a --filter "label=$label.owner=$owner" --format "{{.Label \"$label.run\"}}" > "$tmp/all" 2> "$tmp/err" ||
    engine_failure
  : > "$tmp/gone"
  while read -r run; do
    case " $keep " in *" $run "*) continue ;; esac
    remove
    echo "$run" >> "$tmp/gone"
  done < "$tmp/all"
  jq -Rnc '{removed: [inputs]}' "$tmp/gone" | result
}
