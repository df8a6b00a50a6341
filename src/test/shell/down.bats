#!/usr/bin/env bats
# make down: everything of ours goes, whatever has died meanwhile; nothing of anybody else's does.

load helpers

setup() {
  own_state
  make_quietly up
  CLUSTER=$(cat "$MAYFLY_LOCAL/clusters")
}

teardown() {
  if [ -d "$MAYFLY_LOCAL" ]; then drop_state; fi
}

nothing_left() {
  [ "$(containers_of "$CLUSTER")" = 0 ]
  [ "$(networks_of "$CLUSTER")" = 0 ]
  [ ! -e "/run/mayfly/$CLUSTER" ]
  [ ! -e "/var/lib/mayfly/$CLUSTER" ]
  [ "$(operators)" = 0 ]
  run pgrep -f "$MAYFLY_LOCAL/kube"
  [ "$status" = 1 ]
}

@test "nothing of ours is left, and the engine goes on" {
  apply_workload web 3
  eventually runs "$CLUSTER" web 3
  make_quietly down
  nothing_left
  docker version
}

@test "a second make down has nothing to do" {
  make_quietly down
  make_quietly down
  nothing_left
}

@test "with the operator dead" {
  apply_workload web 3
  eventually runs "$CLUSTER" web 3
  kill_hard operator
  run make -C "$ROOT" down
  [ "$status" = 0 ]
  [[ $output == *"the operator does not run"* ]]
  nothing_left
}

@test "with the API server dead" {
  apply_workload web 3
  eventually runs "$CLUSTER" web 3
  kill_hard cluster
  run make -C "$ROOT" down
  [ "$status" = 0 ]
  [[ $output == *"no API server answers"* ]]
  nothing_left
}
