#!/usr/bin/env bats
# A k3s that was there before: `up` uses it, `down` gives it back as it was. The cluster built here stands in for it.

load helpers

setup_file() {
  own_state
  export K3S_STATE=$MAYFLY_LOCAL
  quietly "$HERE/cluster.sh" up
}

setup() {
  own_state
  export K3S_KUBECONFIG=$K3S_STATE/kubeconfig
}

teardown() { drop_state; }

teardown_file() {
  MAYFLY_LOCAL=$K3S_STATE "$HERE/cluster.sh" down
  rm -rf "$K3S_STATE"
}

k3s() { kubectl --kubeconfig="$K3S_STATE/kubeconfig" "$@"; }

@test "with its API server dead, make down takes away the rest" {
  local cluster
  make_quietly up
  cluster=$(cat "$MAYFLY_LOCAL/clusters")
  kill -KILL "$(cat "$K3S_STATE/run/cluster.pid")"
  eventually flock -n "$K3S_STATE/run/cluster.lock" true # its components have ended as well
  run make -C "$ROOT" down
  [ "$status" = 0 ]
  [[ $output == *"what \`up\` applied stays in it; once it runs again: make up && make down"* ]]
  [ ! -e "$MAYFLY_LOCAL/cluster" ]
  [ "$(operators)" = 0 ]
  [ "$(networks_of "$cluster")" = 0 ]

  MAYFLY_LOCAL=$K3S_STATE quietly "$HERE/cluster.sh" up
  make_quietly up
  make_quietly down
  run k3s get namespace mayfly-system
  [ "$status" = 1 ]
}
