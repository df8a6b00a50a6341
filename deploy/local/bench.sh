#!/usr/bin/env bash
# make bench: Mayfly against the raw Engine API, then a page (target/benchmarks) on which it stands beside a Swarm and a Deployment.
# Takes away afterwards what it added. QUICK=1: only the page, with one small round, which is printed and not written.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -n "${QUICK:-}" ] || unset QUICK
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes

leave() {
  is_root || return 0
  step "Taken away"
  for made in ephemeralworkload/bench ephemeralworkload/bench-page deployment/bench-page; do
    kubectl --kubeconfig="$KUBECONFIG_FILE" delete "$made" --namespace=default --ignore-not-found --timeout=60s |
      sed 's/^/    /' || say "$made may be left: make down takes it away"
  done
  "$HERE/swarm.sh" down
  [ -n "${HAD_NODE:-}" ] || "$HERE/node.sh" down
}

trap leave EXIT
if is_root; then
  # there is no registry, and the operator is on the node's network
  export MAYFLY_RUNTIME_PODS_ALLOWED=true MAYFLY_RUNTIME_PODS_IMAGES_CHECKED=false
  "$HERE/operator.sh" down # one that runs may not be allowed Pods
  NODE=1 "$HERE/up.sh"
  "$HERE/swarm.sh" up
  MAYFLY_SWARM_HOST=$("$HERE/swarm.sh" host)
  export MAYFLY_SWARM_HOST
else
  say "without root there is neither a node for Pods nor a Swarm: their columns are left out"
  "$HERE/up.sh"
fi
export MAYFLY_IS_UP=yes
kept=yes
[ -n "${QUICK:-}" ] || "$HERE/measure.sh" Bench || kept=
"$HERE/measure.sh" page.PageBench || kept=
[ -n "$kept" ] || fail "a limit is missed" "the lines above say which"
