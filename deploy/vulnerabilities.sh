#!/usr/bin/env bash
# vulnerabilities.sh SBOM: asks https://api.osv.dev for known vulnerabilities of the libraries in a CycloneDX SBOM. Ends with 1 if there are
# some, with 2 if the service can't be reached. OSV_URL names a mirror of the service.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/local/lib.sh"

SBOM=${1:?vulnerabilities.sh SBOM}
URL=${OSV_URL:-https://api.osv.dev}/v1/querybatch
ACCEPTED=$ROOT/deploy/vulnerabilities.txt # IDs that do not concern Mayfly, each with the reason

prepare_state
has jq || apt_install jq
has curl || apt_install curl
[ -f "$SBOM" ] || fail "$SBOM is missing" "mvn org.cyclonedx:cyclonedx-maven-plugin:makeBom"

query() { jq '{queries: [.components[] | select(.purl) | {package: {purl: (.purl | sub("[?].*"; ""))}}]}' "$SBOM"; }

if ! answer=$(query | curl -sS --fail --max-time 60 --data-binary @- "$URL" 2>"$LOG/osv.log"); then
  say "not checked: $URL can't be reached ($(tail -n 1 "$LOG/osv.log"))"
  exit 2
fi
found=$(jq -r --argjson answer "$answer" --rawfile accepted "$ACCEPTED" '
  ($accepted | split("\n") | map(sub(" *#.*"; "")) | map(select(. != ""))) as $known
  | [.components[] | select(.purl)] as $components
  | $answer.results | to_entries[] | .key as $i | .value.vulns[]?
  | select(.id as $id | any($known[]; . == $id) | not)
  | "\($components[$i].purl): https://osv.dev/\(.id)"' "$SBOM")
[ -z "$found" ] || fail "libraries with known vulnerabilities:" "$found"
say "no known vulnerability in $(jq '[.components[] | select(.purl)] | length' "$SBOM") libraries"
