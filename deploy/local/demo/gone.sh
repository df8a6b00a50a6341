# shellcheck shell=bash
# Deleted: nothing is left, and there is a receipt.

gone() {
  local start
  heading "Gone, and proven"
  start=$(now_ms)
  show "kubectl delete ew/web ew/centos"
  export DEAD=0
  reach web 0
  reach centos 0
  took "kubectl delete → nothing left" "$start"
  show "kubectl get ew"
  show "docker ps -aq --filter label=mayfly.dev/cluster=$CLUSTER | wc -l"
  show "docker volume ls -q --filter label=mayfly.dev/cluster=$CLUSTER | wc -l"
  await 15 "the network's end" no_network || miscounted || fail "a network of ours is left" "docker network ls"
  show "docker network ls -q --filter label=mayfly.dev/cluster=$CLUSTER | wc -l"
  searched
  explain "The receipt:"
  event Receipt
}

# The card number, in every file that engine, operator and cluster keep.
searched() {
  local root start
  if ! is_root; then
    for_root "the search for the card number in every file of engine, operator and cluster"
    return
  fi
  root=$(docker info --format '{{.DockerRootDir}}')
  explain "The card number, searched for in every file of the engine, the operator and the cluster's etcd:"
  start=$(now_ms)
  set +o pipefail # to find nothing is what is hoped for; what vanishes while it is read is no news
  show "grep -rlaF --devices=skip CARD-4111 $root /var/lib/mayfly $LOCAL/kube $LOG/operator.log 2>/dev/null | tee $RUN/hits | wc -l"
  set -o pipefail
  [ ! -s "$RUN/hits" ] || fail "the card number is still in:" "$(cat "$RUN/hits")"
  took "search for CARD-4111: 0 hits" "$start"
}

# The engine may count endpoints that are gone (moby#42119): then the network stays until the engine restarts.
miscounted() {
  docker network ls -q --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs docker network inspect --format '{{len .Containers}}' |
    grep -vxq 0 && return 1
  say "an empty network of ours stays until the engine restarts: it miscounts its endpoints (moby#42119)"
}
no_network() { [ -z "$(docker network ls -q --filter "label=mayfly.dev/cluster=$CLUSTER")" ]; }

leave_one_running() {
  kubectl apply -f deploy/samples/web.yaml >/dev/null
  reach web 3 >/dev/null
}
