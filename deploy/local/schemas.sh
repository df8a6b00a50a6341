#!/usr/bin/env bash
# Writes Kubernetes' schemas for kubeconform, strict ones, from the API description in Kubernetes' Go module: schemas.sh DIRECTORY
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DIR=$1
find_go "Kubernetes' schemas"
has jq || apt_install jq
swagger=$(cd "$HERE/kube" && go list -m -f '{{.Dir}}' k8s.io/kubernetes)/api/openapi-spec/swagger.json
mkdir -p "$DIR"
jq -c '{definitions: .definitions | map_values(
    if .properties and (."x-kubernetes-preserve-unknown-fields" | not) then .additionalProperties = false else . end
    | (.. | objects | select(.format == "int-or-string")) |= ({oneOf: [{type: "string"}, {type: "integer"}]}))}' "$swagger" >"$DIR/all.json"
jq -r '.definitions | to_entries[] | .key as $name | .value."x-kubernetes-group-version-kind"[]? |
    "\(.kind | ascii_downcase)-\(if .group == "" then "" else (.group | split(".")[0]) + "-" end)\(.version) \($name)"' "$swagger" |
  while read -r file name; do printf '{"\x24ref":"all.json#/definitions/%s"}' "$name" >"$DIR/$file.json"; done
