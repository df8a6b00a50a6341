#!/usr/bin/env bash
# licenses.sh SBOM: fails for a library in a CycloneDX SBOM without a licence that deploy/licenses.txt allows.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/local/lib.sh"

ALLOWED=$ROOT/deploy/licenses.txt
SBOM=${1:?licenses.sh SBOM}

has jq || { prepare_state && apt_install jq; }
[ -f "$SBOM" ] || fail "$SBOM is missing" "mvn org.cyclonedx:cyclonedx-maven-plugin:makeBom"

# A library may be used under any one of its licences. A package URL in the list names a library whose licence was read by hand.
refused=$(jq -r --rawfile list "$ALLOWED" '
  ($list | split("\n") | map(sub(" *#.*"; "")) | map(select(. != ""))) as $allowed
  | .components[]
  | ([.licenses[]? | .license.id // .license.name // .expression]) as $licenses
  | select(any($licenses[]; . as $one | any($allowed[]; . == $one)) | not)
  | select((.purl // "" | sub("@.*"; "")) as $purl | any($allowed[]; . == $purl) | not)
  | "\(.purl // .name): \(if $licenses == [] then "none" else $licenses | join(", ") end)"' "$SBOM")
[ -z "$refused" ] || fail "libraries with other licences than those of ${ALLOWED#"$ROOT"/}:" "$refused"
say "$(jq '.components | length' "$SBOM") libraries, all with an allowed licence"
