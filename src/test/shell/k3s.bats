#!/usr/bin/env bats
# bats file_tags=engine
# A k3s that was there before: `up` uses it, `down` gives it back as it was. The cluster built here stands in for it.
# Takes about 90 s.

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

has_virtual_node() { [ -n "$(virtual_node)" ]; }
virtual_node() { k3s get nodes -l mayfly.dev/virtual-node=true -o 'jsonpath={.items[*].metadata.name}'; }

bound() { [ -n "$(k3s get lease -n mayfly-system mayfly -o 'jsonpath={.metadata.annotations.mayfly\.dev/bound-directory}')" ]; }

k3s() { kubectl --kubeconfig="$K3S_STATE/kubeconfig" "$@"; }

@test "make down removes what make up created, and k3s keeps running" {
  export MAYFLY_NODE_ENABLED=true
  make_quietly up
  apply_workload web 1
  eventually has_virtual_node
  make_quietly up # what the first one made was not there before
  make_quietly down
  run k3s get --ignore-not-found -o name -f "$ROOT/deploy/operator/" -f "$ROOT/crds/"
  [ "$status" = 0 ]
  [ -z "$output" ]
  run virtual_node
  [ -z "$output" ]
}

@test "CRD, namespace and workloads that existed before are kept" {
  k3s create namespace mayfly-system
  k3s apply --server-side -f "$ROOT/crds/"
  eventually k3s wait --for=condition=Established --timeout=5s -f "$ROOT/crds/" # breaks off where there are no conditions yet
  KUBECONFIG=$K3S_STATE/kubeconfig apply_workload old 1
  k3s get namespace/mayfly-system crd/ephemeralworkloads.mayfly.dev ew/old -o 'jsonpath={.items[*].metadata.uid}' >"$MAYFLY_LOCAL/uids"
  make_quietly up
  apply_workload new 1
  run make -C "$ROOT" down
  [ "$status" = 0 ]
  [[ $output == *"they were there before: "*"Namespace mayfly-system"*"EphemeralWorkload default/old"* ]]
  k3s get namespace/mayfly-system crd/ephemeralworkloads.mayfly.dev ew/old -o 'jsonpath={.items[*].metadata.uid}' | cmp - "$MAYFLY_LOCAL/uids"
  [ "$(k3s get ew -A -o name)" = ephemeralworkload.mayfly.dev/old ]
  run grep /mayfly <(k3s get serviceaccount,lease,role -n mayfly-system -o name)
  [ "$status" = 1 ]

  k3s patch ew old --type=merge -p '{"metadata":{"finalizers":null}}'
  k3s delete namespace mayfly-system
  k3s delete -f "$ROOT/crds/"
}

@test "with its API server dead, make down removes the rest" {
  local cluster
  make_quietly up
  eventually bound # a moment after it is ready
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
