#!/usr/bin/env bats
# bats file_tags=engine
# make down: everything of ours goes, whatever has died meanwhile; nothing of anybody else's does.
# Takes about 190 s.

load helpers
load planted

PULLED=mayfly-test/down:pulled

# One `make up` for all stories: each begins with a copy of the state that it left.
setup_file() {
  own_state
  make_quietly up
  rest
  export PREPARED=$MAYFLY_LOCAL
}

teardown_file() { rm -rf "$PREPARED"; }

lease() { kubectl get lease -n mayfly-system mayfly -o "jsonpath=$1"; }
bound() { [ -n "$(lease '{.metadata.annotations.mayfly\.dev/bound-directory}')" ]; }

# rest: operator and cluster end. The operator is asked to, and gives its Lease up, since another one would wait for the Lease of one
# that was killed, and exit once the directory of that one is gone.
rest() {
  eventually bound # a moment after it is ready
  kill "$(pid_of operator)"
  eventually ended "$(pid_of operator)"
  run lease '{.spec.holderIdentity}'
  [ "$status" = 0 ]
  [ -z "$output" ]
  kill_hard cluster
  eventually flock -n "$MAYFLY_LOCAL/run/cluster.lock" true # its components have ended as well
}

setup() {
  own_state
  cp -a "$PREPARED/." "$MAYFLY_LOCAL"
  quietly "$HERE/cluster.sh" up
  quietly "$HERE/operator.sh" up
  CLUSTER=$(cat "$MAYFLY_LOCAL/clusters")
}

teardown() {
  if [ -d "$MAYFLY_LOCAL" ]; then drop_state; fi
  docker image ls -q mayfly-test/down | xargs -r docker image rm -f
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

@test "nothing of ours is left, and the engine keeps running" {
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

@test "something that can't be removed stops nothing else, is named, and ends with 1" {
  local busy=/var/lib/mayfly/$CLUSTER/busy holder
  apply_workload web 3
  eventually runs "$CLUSTER" web 3
  mkdir "$busy"
  mount -t tmpfs tmpfs "$busy"
  (cd "$busy" && exec sleep 600) 3>&- &
  holder=$!
  eventually test "/proc/$holder/cwd" -ef "$busy"
  run "$HERE/down.sh"
  kill "$holder"
  [ "$status" = 1 ]
  [[ $output == *"left of cluster $CLUSTER: directory /var/lib/mayfly/$CLUSTER, mount $busy"* ]]
  [[ $output == *"not everything could be taken down; all else is gone. Left:"*"of cluster $CLUSTER"* ]]
  [[ $output != *"Mayfly is down."* ]]
  [ "$(containers_of "$CLUSTER")" = 0 ]
  [ "$(networks_of "$CLUSTER")" = 0 ]
  [ "$(operators)" = 0 ]
  run pgrep -f "$MAYFLY_LOCAL/kube"
  [ "$status" = 1 ]

  eventually ended "$holder"
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

pulled_is_there() { [ -n "$(docker image ls -q "$PULLED")" ]; }

# down_without_engine: nothing answers where the engine is looked for.
down_without_engine() { DOCKER_HOST=unix:///nowhere.sock run make -C "$ROOT" --no-print-directory down; }

# break_kube: from now on no API server starts.
break_kube() {
  rm "$MAYFLY_LOCAL/bin"
  cp -R --no-dereference "$BIN" "$MAYFLY_LOCAL/bin"
  printf '#!/bin/sh\nexit 1\n' >"$MAYFLY_LOCAL/bin/kube"
}

mend_kube() {
  rm -r "${MAYFLY_LOCAL:?}/bin"
  ln -s "$BIN" "$MAYFLY_LOCAL/bin"
}

@test "with the API server dead, pulled images are removed as well" {
  pulled_by "$CLUSTER" $PULLED
  kill_hard cluster
  make_quietly down
  nothing_left
  run pulled_is_there
  [ "$status" = 1 ]
}

@test "an API server that does not start keeps its data, and down reports it" {
  pulled_by "$CLUSTER" $PULLED
  kill_hard cluster
  break_kube
  run make -C "$ROOT" --no-print-directory down
  [ "$status" = 0 ]
  [[ $output == *"only the cluster knows which images Mayfly pulled"*"make up && make down"*"rm -rf $MAYFLY_LOCAL/kube && make down"* ]]
  [[ $output == *"not everything could be looked at"* && $output != *[Nn]"othing is left over"* ]]
  nothing_left
  pulled_is_there

  mend_kube
  make_quietly down
  nothing_left
  [ ! -e "$MAYFLY_LOCAL/kube" ]
  run pulled_is_there
  [ "$status" = 1 ]
}

@test "a cluster that can't be started can be abandoned" {
  pulled_by "$CLUSTER" $PULLED
  kill_hard cluster
  break_kube
  make_quietly down
  rm -rf "$MAYFLY_LOCAL/kube"
  run make -C "$ROOT" --no-print-directory down
  [ "$status" = 0 ]
  [[ $output == *"Nothing is left over on engine and machine."* ]]
  [ ! -e "$MAYFLY_LOCAL/clusters" ]
  mend_kube
}

@test "with the engine dead, pulled images are remembered for the next down" {
  pulled_by "$CLUSTER" $PULLED
  down_without_engine
  [ "$status" = 0 ]
  [[ $output == *"the engine does not answer: nothing removed"* && $output != *[Nn]"othing is left over"* ]]
  pulled_is_there
  make_quietly down
  run pulled_is_there
  [ "$status" = 1 ]
  [ ! -e "$MAYFLY_LOCAL/images" ]
}

@test "with engine and API server dead, as after a reboot, too" {
  pulled_by "$CLUSTER" $PULLED
  kill_hard cluster
  down_without_engine
  [ "$status" = 0 ]
  [[ $output != *[Nn]"othing is left over"* ]]
  make_quietly down
  nothing_left
  run pulled_is_there
  [ "$status" = 1 ]
}
