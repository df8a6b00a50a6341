#!/usr/bin/env bash
# Prints this cluster's id, which labels all that is ours on the engine, and remembers it in .local/clusters for `make down`.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

id=$(cluster_id)
grep -qsx "$id" "$LOCAL/clusters" || echo "$id" >>"$LOCAL/clusters"
echo "$id"
