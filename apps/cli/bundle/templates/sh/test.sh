#!/bin/sh
# What can be tested without an engine; `gantry drivers verify .` tests the rest. Run with: sh test.sh
set -u
cd "$(dirname "$0")" || exit 1
failed=0

# check WHAT EXPECTED GOT
check() {
  [ "$2" = "$3" ] && echo "ok: $1" && return
  failed=1
  printf 'FAILED: %s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"
}

# What messages.jq makes of messages.
read_messages() { jq -nRr --slurpfile manifest gantry-driver.json --arg arch amd64 -f messages.jq; }

INITIALIZE='{"id":1,"method":"driver.initialize","params":{"protocol":1,"options":{"host":"unix:///no/such"},"stateDir":"/","contentDir":"/"}}'
START='{"id":2,"method":"run.start","params":{"id":"a1","owner":"me","labels":{},"image":{"digest":"sha256:2","reference":"localhost:5000/a:1"},
"command":["run","it'"'"'s"],"environment":[{"name":"T","value":"hush","sensitive":true},{"name":"A","value":"b=c","sensitive":false}],
"files":[],"outputsDir":"/out","mounts":[],"network":"host","privileged":false,"capabilities":[],"engineSocket":false}}'
start=$(printf '%s\n' "$INITIALIZE" "$(echo "$START" | tr -d '\n')" | read_messages | sed '1,/^call/d')

check 'says what its manifest says' "$(jq -r .name gantry-driver.json)" \
  "$(echo '{"id":1,"method":"driver.describe"}' | read_messages | sed 's/^answer //' | jq -r .result.name)"
check 'refuses work before it is initialized' protocol \
  "$(echo '{"id":1,"method":"run.recover","params":{"id":"a"}}' | read_messages | sed 's/^answer //' | jq -r .error.data.code)"
check 'answers what is no JSON' -32700 "$(echo nonsense | read_messages | sed 's/^answer //' | jq -r .error.code)"
check 'names the feature that it lacks' network-host "$(eval "$start" && echo "$need")"
check 'names an image by its digest' localhost:5000/a@sha256:2 "$(eval "$start" && echo "$image")"
check 'keeps words whole' "it's" "$(eval "$start" && for last; do :; done && echo "$last")"
check 'keeps a secret out of the arguments' '' "$(eval "$start" && for each; do case $each in *hush*) echo "$each" ;; esac; done)"
check 'exports a secret' hush "$(eval "$start" && secrets && echo "$T")"
check 'says that the engine is away' unavailable \
  "$({ echo "$INITIALIZE" && echo '{"id":3,"method":"driver.probe"}' && sleep 2; } | sh driver.sh | jq -r 'select(.id == 3).result.state')"
exit "$failed"
