#!/usr/bin/env bash
# make demo-simulated: the operator on an API server of its own with a simulated engine; no Docker is asked. Ends all it started.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/simulated.sh
source "$HERE/simulated.sh"

REPLICAS=1000

status() { kubectl get ew/simulated -o "jsonpath={.status.$1}"; }
ready() { [ "$(status readyReplicas)" = "$1" ]; }
healed() { (($(status restarts) >= before + 10)) && ready "$REPLICAS"; }
rolled_out() { kubectl wait ew/simulated --for=condition=Progressing --timeout=1s && [ "$(status updatedReplicas)" = "$REPLICAS" ] && ready "$REPLICAS"; }
gone() { ! kubectl get ew/simulated; }

# measure WHAT COMMAND…: how long until it succeeds.
measure() {
  local what=$1 start
  shift
  start=$(now_ms)
  await 180 "$what" "$@" || {
    kubectl get ew/simulated -o yaml | tail -n 60 >&2
    fail "$what: not within 180 s" "the operator's log: $LOG/simulated-operator.log"
  }
  say "$what: $(seconds_since "$start") s"
}

workload() {
  kubectl apply -f - >>"$LOG/simulated.log" <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: simulated}
spec:
  replicas: $1
  runtime: Simulated
  rollout: {maxSurge: 20%, maxUnavailable: 0}
  template:
    image: registry.example/web:$2
    terminationGracePeriodSeconds: 5
    resources: {requests: {cpu: 10m, memory: 16Mi}}
YAML
}

export MAYFLY_ENGINE_LAUNCH_WINDOW=400 MAYFLY_CAPACITY_MAX_REPLICAS=2000 MAYFLY_CAPACITY_MAX_REPLICAS_PER_NAMESPACE=2000
began=$(now_ms)
simulated_up "$SAMPLE/engine.yaml"

step "A workload"
workload 5 1
measure "5 replicas are ready" ready 5
workload "$REPLICAS" 1
measure "5 -> $REPLICAS replicas" ready "$REPLICAS"
kubectl get ew/simulated | sed 's/^/    /'

step "A rollout, while 1 % of starts fail"
workload "$REPLICAS" 2
measure "$REPLICAS replicas replaced" rolled_out

step "Crashes: each replica about every twenty minutes"
before=$(status restarts)
measure "10 heals, and all are ready again" healed

step "Delete"
kubectl delete ew/simulated --wait=false >>"$LOG/simulated.log"
measure "nothing is left" gone
say "all of it: $(seconds_since "$began") s"
