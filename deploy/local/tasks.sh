#!/usr/bin/env bash
# make bench-tasks: adds a node for the Job that tasks are compared with, where root asks; takes away afterwards what it added.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ ! -d "$LOCAL/node" ] || HAD_NODE=yes
NAME=bench-task # what the measuring program makes

leave() {
  step "Taken away"
  for kind in ephemeraltask job; do
    kubectl --kubeconfig="$KUBECONFIG_FILE" delete "$kind" "$NAME" --namespace=default --ignore-not-found --timeout=60s |
      sed 's/^/    /' || say "$kind $NAME may be left: make down takes it away"
  done
  [ -n "${HAD_NODE:-}" ] || ! is_root || "$HERE/node.sh" down
}

trap leave EXIT
if is_root; then
  NODE=1 "$HERE/up.sh"
else
  "$HERE/up.sh"
  say "without root there is no node for Pods, and no Job to compare with: sudo make bench-tasks"
fi
export MAYFLY_IS_UP=yes
"$HERE/measure.sh" TaskBench
