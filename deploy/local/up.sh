#!/usr/bin/env bash
# make up: engine, cluster, CRDs, operator, in this order. Existing parts are used, missing ones are created. NODE=1 adds real Pods.
# HELM=1: the operator is one of them, by its chart.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
one_at_a_time "$0" "$@"
# shellcheck source=deploy/local/resources.sh
source "$HERE/resources.sh"

manifests() {
  step "Mayfly in the cluster"
  say "cluster id $("$HERE/identity.sh")"
  [ "$("$HERE/cluster.sh" kind)" != k3s ] || remember_before
  release_ended
  [ "${HELM:-}" != 1 ] || return 0 # the chart has them
  kubectl apply --server-side --force-conflicts -f "$ROOT/crds/" | sed 's/^/    /'
  # kubectl wait breaks off where a CRD has no conditions yet, a moment after it was made (kubernetes#66439)
  await 120 "the CRDs" kubectl wait --for=condition=Established --timeout=5s -f "$ROOT/crds/" ||
    fail "the API server does not serve the CRDs within 120 s" "kubectl describe -f $ROOT/crds/"
  kubectl apply -f "$ROOT/deploy/operator/" | sed 's/^/    /'
}

# Maven waits for its downloads most of the time, and Go for its own: the operator is built beside the cluster.
build_operator() {
  "$HERE/operator.sh" tools
  "$HERE/operator.sh" build &
  BUILDING=$!
  trap 'kill "$BUILDING" 2>/dev/null || true' EXIT # it may have ended by itself
}

began=$(now_ms)
[ "${HELM:-}" != 1 ] || NODE=1
[ "${NODE:-}" != 1 ] || is_root || fail "a node runs as root" "sudo make up NODE=1"
prepare_state
build_operator
"$HERE/engine.sh" up
"$HERE/cluster.sh" up
wait "$BUILDING"
trap - EXIT
export KUBECONFIG=$KUBECONFIG_FILE
manifests
"$HERE/images.sh"
[ "${HELM:-}" = 1 ] || "$HERE/operator.sh" up
"$HERE/cli.sh"
[ "${NODE:-}" != 1 ] || "$HERE/node.sh" up
[ "${HELM:-}" != 1 ] || "$HERE/helm.sh" up

printf '\nMayfly is up, after %s s. Now:\n' "$(seconds_since "$began")"
say "export KUBECONFIG=$KUBECONFIG_FILE${BIN_HINT:-}"
say "kubectl apply -f deploy/samples/web.yaml"
say "kubectl get ew"
