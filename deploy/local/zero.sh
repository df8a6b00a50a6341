#!/usr/bin/env bash
# make bench-zero: adds a node, whose kube-proxy leads clients to the activator and to replicas; takes away afterwards what it added.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

is_root || fail "a node needs root" "sudo make bench-zero"
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes

leave() { [ -n "${HAD_NODE:-}" ] || "$HERE/node.sh" down; }

trap leave EXIT
NODE=1 "$HERE/up.sh"
MAYFLY_IS_UP=yes "$HERE/measure.sh" zero.ZeroBench "$@"
