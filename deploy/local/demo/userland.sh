# shellcheck shell=bash
# Another operating system's user land, the same kernel; and the end.

userland() {
  local start name
  heading "Another operating system, the same kernel"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/centos.yaml"
  reach centos 1
  took "another image: kubectl apply → running" "$start"
  name=$(name_of "$(running centos)")
  show "docker exec $name sed -n '/PRETTY_NAME/p' /etc/os-release"
  show "sed -n '/PRETTY_NAME/p' /etc/os-release"
  show "docker exec $name uname -r"
  show "uname -r"
}

nothing_left() {
  local start
  heading "Gone"
  start=$(now_ms)
  show "kubectl delete ew/web ew/centos"
  export DEAD=0
  reach web 0
  reach centos 0
  took "kubectl delete → nothing left" "$start"
  show "kubectl get ew"
  show "docker ps -aq --filter label=mayfly.dev/cluster=$CLUSTER | wc -l"
  await 15 "the network's end" no_network || miscounted || fail "a network of ours is left" "docker network ls"
  show "docker network ls -q --filter label=mayfly.dev/cluster=$CLUSTER | wc -l"
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
