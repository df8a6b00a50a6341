#!/usr/bin/env bash
# Prints this cluster's id, which labels all that is ours on the engine, and remembers it in .local/clusters for `make down`.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

INSTALLATION=mayfly

uid=$(kubectl get namespace kube-system -o jsonpath='{.metadata.uid}')
id=$(printf '%s/%s' "$uid" "$INSTALLATION" | sha256sum | head -c 12)
grep -qsx "$id" "$LOCAL/clusters" || echo "$id" >>"$LOCAL/clusters"
echo "$id"
