# shellcheck shell=bash
# A cluster and an operator of their own, with a simulated engine and no other. Sourced after lib.sh.

OWN=$LOCAL/simulated # its state: that of make up is left alone
# shellcheck disable=SC2034  # for the scripts that source this one
SAMPLE=$ROOT/deploy/scenarios

# own_state: the binaries of make up serve.
own_state() {
  prepare_state
  mkdir -p "$OWN/bin"
  for binary in "$BIN"/*; do
    [ ! -x "$binary" ] || ln -sf "$binary" "$OWN/bin/"
  done
  echo built >"$OWN/cluster" # neither the machine's cluster nor a container
}

# simulated_up ENGINE: with that file of the engine's behaviour.
simulated_up() {
  export MAYFLY_RUNTIME_SIMULATED_ALLOWED=true MAYFLY_RUNTIME_SIMULATED_ENGINE=$1 MAYFLY_RUNTIME_DOCKER_ALLOWED=false
  export DOCKER_HOST=unix://$OWN/no-engine.sock KUBECONFIG=$OWN/kubeconfig
  unset DOCKER_CONTEXT
  own_state
  trap simulated_down EXIT
  step "Cluster and operator, without an engine"
  MAYFLY_LOCAL=$OWN "$HERE/cluster.sh" up
  ID=$(cluster_id)
  kubectl apply --server-side --force-conflicts -f "$ROOT/crds/" >>"$LOG/simulated.log"
  await 120 "the CRDs" kubectl wait --for=condition=Established --timeout=5s -f "$ROOT/crds/" ||
    fail "the API server does not serve the CRDs within 120 s" "kubectl describe -f $ROOT/crds/"
  kubectl apply -f "$ROOT/deploy/operator/" >>"$LOG/simulated.log"
  MAYFLY_LOCAL=$OWN "$HERE/operator.sh" up
}

simulated_down() {
  local status=$?
  trap - EXIT
  step "The end"
  MAYFLY_LOCAL=$OWN "$HERE/operator.sh" down || status=1
  MAYFLY_LOCAL=$OWN "$HERE/cluster.sh" down || status=1
  [ -z "${ID:-}" ] || rm -rf "/var/lib/mayfly/$ID" "/run/mayfly/$ID" "$HOME/.local/state/mayfly/$ID"
  cp -f "$OWN/log/operator.log" "$LOG/simulated-operator.log" 2>/dev/null || true # it may not have begun
  rm -rf "$OWN"
  exit "$status"
}
