# The methods of the images facet: the engine's own store, and the way into it.

# The image $image as the engine has it, in the protocol's words; null when it has none.
describe_image() {
  engine image inspect "$image" > "$tmp/image" 2> "$tmp/err" || {
    case $(cat "$tmp/err") in *'No such image'*) echo null && return ;; *) engine_failure ;; esac
  }
  jq '.[0] | {id: .Id, references: (.RepoTags // []), platform: {os: .Os, architecture: .Architecture}, size: .Size,
    user: (.Config.User // ""), labels: (.Config.Labels // {})}' "$tmp/image"
}

image_inspect() {
  described=$(describe_image) # ends the call by itself when the engine is away
  [ -n "$described" ] || exit 0
  echo "$described" | jq '{image: .}' | result
}

# Takes the image with manifest $digest out of the OCI image layout: its blobs as they are, and a list of what is what.
image_import() {
  missing="$layout has no image $digest."
  case ${digest#sha256:} in *[!0-9a-f]*) fail invalid-request "$digest is no digest." 'Name that of a manifest.' ;; esac
  blobs=$layout/blobs/sha256
  jq -c '[{Config: .config.digest, RepoTags: [], Layers: [.layers[].digest]}]
    | walk(if type == "string" then ltrimstr("sha256:") else . end)' \
    "$blobs/${digest#sha256:}" > "$tmp/manifest.json" 2> /dev/null || fail image-not-found "$missing" 'Build it again.'
  image=sha256:$(jq -r '.[0].Config' "$tmp/manifest.json")
  if [ "$(describe_image)" = null ]; then
    jq -r '.[0] | [.Config, .Layers[]] | unique[]' "$tmp/manifest.json" > "$tmp/names"
    tar -cf - -C "$tmp" manifest.json -C "$blobs" -T "$tmp/names" | engine load > /dev/null 2> "$tmp/err" || engine_failure
  fi
  described=$(describe_image)
  [ "$described" != null ] || fail image-mismatch 'The engine did not take the image.' 'Use another engine.'
  echo "$described" | jq '{image: .}' | result
}
