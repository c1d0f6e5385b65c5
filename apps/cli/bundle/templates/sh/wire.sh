# The half of the protocol that speaks: what a call says, its result, its failure. Every call is a shell of its own, with
# $id, $key (its id as a file name) and $tmp, a directory that goes with it. Only the writer in driver.sh writes to stdout.

# Sends the file, which holds one message.
send_file() { printf 'file %s\n' "$1" >&8; }

# Sends a message of the main loop's.
send() {
  if [ "${#1}" -lt 1000 ]; then
    printf 'line %s\n' "$1" >&8
  else
    sent_files=$((${sent_files:-0} + 1))
    printf '%s\n' "$1" > "$work/message.$sent_files"
    send_file "$work/message.$sent_files"
  fi
}

# result: ends the call with what is on stdin. Only the first answer of a call counts.
result() {
  cat > "$tmp/value"
  answer "$(jq -c --argjson id "$id" '{jsonrpc: "2.0", id: $id, result: .}' "$tmp/value")"
}

# fail CODE MESSAGE HINT [NEED]: undoes what was begun and ends the call with a failure that the host understands.
fail() {
  undo
  answer "$(jq -cn --argjson id "$id" --arg code "$1" --arg message "$2" --arg hint "$3" --arg need "${4:-}" '
    {code: $code, hint: $hint} + if $need == "" then {} else {need: $need} end
    | {jsonrpc: "2.0", id: $id, error: {code: 1, message: $message[:1000], data: .}}')"
  exit 0
}

answer() {
  mkdir "$tmp/answered" 2> /dev/null || return 0
  printf '%s\n' "$1" > "$work/$key.answer"
  send_file "$work/$key.answer"
}

# A call that was begun and has no result leaves nothing behind: run_start sets $begun.
undo() {
  [ -n "${begun:-}" ] || return 0
  begun=
  remove
}

# However a call ends, it is answered.
finish() {
  [ -d "$tmp/answered" ] || (fail internal 'Something went wrong in the driver.' 'See the log of the driver.')
  rm -rf "$tmp" "$work/$key.acks" "$work/$key.cancel"
}

# Whether the host has cancelled the call, or left.
is_canceled() { [ -e "$work/$key.cancel" ] || [ -e "$work/over" ] || [ ! -d "$work" ]; }

end_if_canceled() {
  is_canceled || return 0
  [ -z "${child:-}" ] || kill "$child" 2> /dev/null
  fail canceled 'The work was canceled.' 'Start it again.'
}

# Waits for the child with that number; ends it, and the call, when the call is cancelled.
await() {
  child=$1
  while kill -0 "$child" 2> /dev/null; do
    end_if_canceled
    sleep 0.05
  done
  child=
  wait "$1"
}

# report FILE: sends the items in it, one a line. At most 100 are under way before the host has taken them.
report() {
  total=$(wc -l < "$1")
  from=1
  while [ "$from" -le "$total" ]; do
    to=$((from + 99))
    sed -n "${from},${to}p" "$1" | jq -cs --argjson id "$id" '
      {jsonrpc: "2.0", method: "$/progress", params: {id: $id, items: .}}' > "$tmp/progress.$from"
    [ "$to" -le "$total" ] || to=$total
    sent=$((${sent:-0} + to - from + 1))
    send_file "$tmp/progress.$from"
    until [ "$(acknowledged)" -ge "$sent" ]; do
      end_if_canceled
      sleep 0.02
    done
    from=$((to + 1))
  done
}

acknowledged() {
  sum=0
  while read -r count; do sum=$((sum + count)); done < "$work/$key.acks"
  echo "$sum"
}
