#!/usr/bin/env bash
# make bench-heal: adds what Mayfly is compared with, a node for Pods and a Swarm; takes away afterwards what it added.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

is_root || fail "killing replicas from outside, a node and a Swarm need root" "sudo make bench-heal"
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes
NAME=bench-heal # what the measuring program makes

leave() {
  step "Taken away"
  for kind in ephemeralworkload deployment; do
    kubectl --kubeconfig="$KUBECONFIG_FILE" delete "$kind" "$NAME" --namespace=default --ignore-not-found --timeout=60s |
      sed 's/^/    /' || say "$kind $NAME may be left: make down takes it away"
  done
  "$HERE/swarm.sh" down
  [ -n "${HAD_NODE:-}" ] || "$HERE/node.sh" down
}

trap leave EXIT
NODE=1 "$HERE/up.sh"
"$HERE/swarm.sh" up
MAYFLY_SWARM_HOST=$("$HERE/swarm.sh" host)
export MAYFLY_SWARM_HOST MAYFLY_IS_UP=yes
"$HERE/measure.sh" HealBench
