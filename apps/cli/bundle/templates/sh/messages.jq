# Reads the host's messages, one a line. What needs no engine is answered here; of all else it makes shell code.
# It prints, for driver.sh:
#   answer JSON                    to be sent as it is
#   host ADDRESS                   the option of that name
#   ack KEY COUNT, cancel KEY      about the call KEY
#   call FUNCTION KEY SIZE ID      and SIZE bytes of shell code that set what FUNCTION works with

def features: ["cpu-limit", "memory-limit", "network-default", "network-none", "pids-limit", "recover"];

def answer($id; body): "answer " + ({jsonrpc: "2.0", id: $id} + body | tojson);
def failure($id; $code; $message): answer($id; {error: {code: $code, message: $message}});
def failure($id; $code; $message; $name):
  answer($id; {error: {code: $code, message: $message, data: {code: $name, hint: "See docs/protocol/driver.md."}}});

# The id of a call as the name of a file.
def key: tojson | gsub("_"; "__") | @uri | gsub("%"; "_");
def call($id; $function; $code): "call \($function) \($id | key) \($code | utf8bytelength) \($id | tojson)\n\($code)";

# NAME='value' for the shell.
def set($name; value): "\($name)=\(value // "" | tostring | @sh)\n";

def need:
  [ (select(.capabilities | length > 0) | "capabilities"),
    (select(.cpus) | "cpu-limit"),
    (select(.engineSocket) | "engine-socket"),
    (select(.memoryBytes) | "memory-limit"),
    (select(.mounts | length > 0) | "mounts"),
    ({default: "network-default", none: "network-none", host: "network-host"}[.network] // "named-network"),
    (select(.pids) | "pids-limit"),
    (select(.privileged) | "privileged")
  ] - features | first // "";

# Names one image exactly: its id, else its digest; a tag only where there is nothing else.
def image: .id // (if .digest then "\(.reference // "" | sub("@.*$"; "") | sub(":[^/:]*$"; ""))@\(.digest)" else .reference end);

# A secret goes to the engine's program by the environment, so that no list of processes shows it. Its name must be one
# that the shell can export and that means nothing to that program.
def unfit: test("^[A-Za-z_][A-Za-z0-9_]*$") and (test("^(PATH|HOME|IFS|OPTIND|PPID|PS[0-9]|(DOCKER|LD)_.*)$") | not) | not;
def refusal:
  [ (.environment[] | select(.sensitive and (.name | unfit)) | "secret variable \(.name)"),
    (.files[] | select(.path | split("/") | any(. == "..")) | "file \(.path)")
  ] | first // "";

def create($prefix):
  . as $spec
  | [ (.labels + {"\($prefix).run": .id, "\($prefix).owner": .owner, "\($prefix).outputs": .outputsDir}
        | to_entries[] | "--label=\(.key)=\(.value)"),
      (.environment[] | if .sensitive then "--env=\(.name)" else "--env=\(.name)=\(.value)" end),
      "--network=\(.network)",
      (select(.memoryBytes) | "--memory=\(.memoryBytes)", "--memory-swap=\(.memoryBytes)"),
      (select(.cpus) | "--cpus=\(.cpus)"),
      (select(.pids) | "--pids-limit=\(.pids)"),
      "--entrypoint=\(.command[0])",
      ($spec.image | image),
      .command[1:][]
    ] | map(@sh) | "set -- \(join(" "))\n";

def start($prefix):
  set("run"; .id) + set("need"; need) + set("refusal"; refusal) + set("image"; .image | image) + set("outputs"; .outputsDir)
  + "secrets() {\n:\n\([.environment[] | select(.sensitive and (.name | unfit | not)) | "export \(.name)=\(.value | @sh)\n"] | add // "")}\n"
  + "inputs() {\n:\n\([.files[] | [.path, .mode, .existing, .content | tostring | @sh] | "input \(join(" "))\n"] | add // "")}\n"
  + create($prefix);

def respond($manifest; $ready):
  .id as $id | (.params // {}) as $p | "gantry.\($manifest.name)" as $prefix
  | if ($p | type) != "object" then failure($id; -32602; "The params are no object.")
    elif .method == "$/ack" then "ack \($p.id | key) \($p.count | tonumber)"
    elif .method == "$/cancel" then "cancel \($p.id | key)"
    elif has("id") | not then empty
    elif has("method") | not then empty
    elif .method == "driver.describe" then answer($id; {result: ($manifest | {protocols, name, version, optionsSchema})})
    elif .method == "driver.initialize" then
      if [$p.protocol, $p.options, $p.stateDir, $p.contentDir | type] != ["number", "object", "string", "string"]
      then failure($id; -32602; "The params are of the wrong types.")
      elif $p.protocol != 1 then failure($id; 1; "The host speaks another protocol."; "protocol")
      elif ($p.options | keys - ["host"] != []) or ($p.options.host // "" | type != "string" or contains("\n"))
      then failure($id; 1; "There is one option, host, and it is a string."; "invalid-options")
      else
        "ready",
        "host \($p.options.host // "")",
        answer($id; {result: {facets: {run: {platforms: ["linux/\($arch)"], features: features}, images: ["importFrom"]}}})
      end
    elif .method == "driver.shutdown" then answer($id; {result: {}})
    elif [.method] - ["driver.probe", "run.handles", "run.start", "run.recover", "run.events", "run.outcome", "run.outputs",
                      "run.stop", "run.remove", "run.sweep", "image.inspect", "image.import"] != []
    then failure($id; -32601; "There is no such method."; "method-not-found")
    elif $ready | not then failure($id; 1; "The driver is not initialized."; "protocol")
    elif .method == "run.handles" then answer($id; {result: {handles: ([$p.imageType] - ["docker", "oci"] == [])}})
    elif (.method | startswith("run.")) and .method != "run.sweep" and ($p.id | tostring | test("^[0-9A-Za-z]{1,64}$") | not)
    then failure($id; 1; "That is no id of a run."; "invalid-request")
    else call($id; .method | sub("[.]"; "_");
      if .method == "run.start" then $p | start($prefix)
      elif .method == "run.events" then set("run"; $p.id) + set("cursor"; $p.cursor)
      elif .method == "run.stop" then set("run"; $p.id) + set("grace"; [$p.graceMs / 1000, 0.01] | max)
      elif .method == "run.sweep" then set("owner"; $p.owner) + set("keep"; $p.keep | join(" "))
      elif .method == "image.inspect" then set("image"; $p.ref | image)
      elif .method == "image.import" then set("layout"; $p.layoutDir) + set("digest"; $p.digest)
      else set("run"; $p.id) end)
    end;

foreach inputs as $line ({ready: false};
  .ready as $ready
  | (try ($line | fromjson | [.]) catch null) as $parsed
  | [ if $line | test("^\\s*$") then empty
      elif $parsed == null then failure(null; -32700; "The message is not JSON.")
      elif $parsed[0] | type != "object" then failure(null; -32600; "The message is no request.")
      else try ($parsed[0] | respond($manifest[0]; $ready))
        catch ($parsed[0].id as $id | failure($id; -32602; "The params are not what the method takes."))
      end ]
  | {ready: ($ready or any(. == "ready")), out: map(select(. != "ready"))};
  .out[])
