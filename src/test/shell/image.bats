#!/usr/bin/env bats
# bats file_tags=image
# The operator's image. soak-release.sh builds it twice from its sources as well.
# Takes about 20 s.

load helpers

setup_file() {
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  own_state
  export OTHER=$MAYFLY_LOCAL/other IMAGE=$ROOT/target/image
  # what was downloaded serves both; this machine has no way out
  mkdir -p "$MAYFLY_LOCAL/image" "$ROOT/.local/image/debs"
  ln -s "$ROOT/.local/image/debs" "$MAYFLY_LOCAL/image/debs"
  quietly "$ROOT/deploy/image/build.sh"
  quietly env MAYFLY_IMAGE_OUT="$OTHER" "$ROOT/deploy/image/build.sh"
}

teardown_file() { rm -rf "$MAYFLY_LOCAL"; }

# part FILE…: what the operator's layer has there.
part() { gzip -dc "$IMAGE/operator.layer.gz" | tar -xO "${@/#/./}"; }

@test "another build of the same commit has the same digest, and is below 120 MB" {
  [ "$OTHER/operator.tar" -nt "$IMAGE/operator.tar" ] # not a copy
  [ "$(<"$OTHER/digest")" = "$(<"$IMAGE/digest")" ]
  cmp "$OTHER/operator.tar" "$IMAGE/operator.tar"
  [ "$(stat -c %s "$IMAGE/operator.tar")" -lt 120000000 ]
}

@test "its digest is that of its manifest, and the manifest's blobs are what they say" {
  mkdir "$MAYFLY_LOCAL/layout"
  tar -C "$MAYFLY_LOCAL/layout" -xf "$IMAGE/operator.tar"
  cd "$MAYFLY_LOCAL/layout/blobs/sha256"
  [ "$(jq -r '.manifests[0].digest' ../../index.json)" = "$(<"$IMAGE/digest")" ]
  sha256sum --quiet -c <<<"$(for file in *; do echo "$file  $file"; done)"
  for sum in $(jq -r '.config.digest, .layers[].digest' "$(sed 's/sha256://' "$IMAGE/digest")"); do [ -f "${sum#sha256:}" ]; done
}

@test "it carries the list of its libraries, and of its packages and runtime" {
  [ "$(part usr/share/sbom/sbom.cdx.json | jq -r '[.bomFormat, (.components | length > 100), any(.components[]; .name == "docker-java-core")] | join(" ")')" = "CycloneDX true true" ]
  part usr/share/sbom/system.cdx.json >"$MAYFLY_LOCAL/system.json"
  while read -r package _; do
    jq -e --arg name "$package" 'any(.components[]; .name == $name and (.hashes[0].content | length == 64))' "$MAYFLY_LOCAL/system.json"
  done < <(grep -v '^#\|^jdk ' "$ROOT/deploy/image/packages.lock")
}
