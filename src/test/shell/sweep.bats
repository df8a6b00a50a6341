#!/usr/bin/env bats
# What `make down` removes by a cluster's id, told from what only looks like ours. Needs the engine alone.

load helpers

CLUSTER=feedfeedfeed
OWNER=12345678-aaaa-bbbb-cccc-1234567890ab
OURS=mayfly_default_web-0_1_12345678

setup() {
  own_state
  echo "$CLUSTER" >"$MAYFLY_LOCAL/clusters"
}

teardown() {
  docker ps -aq --filter "label=mayfly.dev/cluster=$CLUSTER" --filter label=mayfly-test | xargs -r docker rm -fv
  docker network ls -q --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs -r docker network rm
  docker volume ls -q --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs -r docker volume rm
  rm -rf "$MAYFLY_LOCAL"
}

# container NAME: with all the labels of a replica, whatever its name.
container() {
  docker create --name "$1" --label mayfly-test --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/namespace=default \
    --label mayfly.dev/name=web --label mayfly.dev/slot=0 --label mayfly.dev/attempt=1 --label mayfly.dev/owner-uid=$OWNER busybox:1.36
}

@test "a container of ours goes" {
  container "$OURS"
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [ "$(containers_of "$CLUSTER")" = 0 ]
}

@test "a stranger's container that carries all our labels stays" {
  container mayfly-test-stranger
  "$HERE/sweep.sh"
  docker inspect mayfly-test-stranger
}

@test "a container that vanishes while it is looked at stops nothing" {
  container "$OURS"
  docker network create --label mayfly.dev/cluster=$CLUSTER mayfly-test-network
  mkdir "$MAYFLY_LOCAL/fake"
  cat >"$MAYFLY_LOCAL/fake/docker" <<SH
#!/bin/sh
"$(command -v docker)" "\$@"
status=\$?
if [ "\$1" = ps ]; then "$(command -v docker)" rm -f $OURS >/dev/null 2>&1; fi
exit \$status
SH
  chmod +x "$MAYFLY_LOCAL/fake/docker"
  rm "$MAYFLY_LOCAL/bin" # it comes first on PATH
  ln -s fake "$MAYFLY_LOCAL/bin"
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [ "$(networks_of "$CLUSTER")" = 0 ]
}

@test "networks and volumes of ours go; a Retain volume stays and is named" {
  docker network create --label mayfly.dev/cluster=$CLUSTER mayfly-test-network
  docker volume create --label mayfly.dev/cluster=$CLUSTER mayfly-test-gone
  docker volume create --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/reclaim-policy=Retain mayfly-test-kept
  run "$HERE/sweep.sh"
  [[ $output == *"kept volumes (policy Retain): mayfly-test-kept"* ]]
  [ "$(networks_of "$CLUSTER")" = 0 ]
  [ "$(docker volume ls -q --filter "label=mayfly.dev/cluster=$CLUSTER")" = mayfly-test-kept ]
}

@test "a cluster of which something is left is remembered, a clean one is forgotten" {
  echo beefbeefbeef >>"$MAYFLY_LOCAL/clusters"
  docker network create --label mayfly.dev/cluster=$CLUSTER mayfly-test-network
  docker run -d --name mayfly-test-stranger --network mayfly-test-network --label mayfly-test \
    --label mayfly.dev/cluster=$CLUSTER busybox:1.36 tail -f /dev/null
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"left of cluster $CLUSTER: network "* ]]
  [[ $output == *"restart the engine, then: make down"* ]]
  [ "$(cat "$MAYFLY_LOCAL/clusters")" = $CLUSTER ]

  docker rm -f mayfly-test-stranger
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [ ! -e "$MAYFLY_LOCAL/clusters" ]
}

@test "directories of the cluster go, also with something mounted; another cluster's stay" {
  mkdir -p "/run/mayfly/$CLUSTER/files" /var/lib/mayfly/$CLUSTER /var/lib/mayfly/beefbeefbeef
  mount -t tmpfs tmpfs "/run/mayfly/$CLUSTER/files"
  "$HERE/sweep.sh"
  [ ! -e "/run/mayfly/$CLUSTER" ]
  [ ! -e /var/lib/mayfly/$CLUSTER ]
  rmdir /var/lib/mayfly/beefbeefbeef
}

@test "what held the directories of clusters goes with the last" {
  # the machine's own may hold other clusters'
  # shellcheck disable=SC2016  # expanded inside
  unshare --mount bash -euc 'mount -t tmpfs tmpfs /var/lib; mkdir -p "/var/lib/mayfly/$1"; "$2"; [ ! -e /var/lib/mayfly ]' \
    - $CLUSTER "$HERE/sweep.sh"
}

@test "something that is no id is refused" {
  echo .. >"$MAYFLY_LOCAL/clusters"
  run "$HERE/sweep.sh"
  [ "$status" = 1 ]
  [[ $output == *"no cluster id"* ]]
}

@test "with the engine dead, what is to be removed is remembered" {
  DOCKER_HOST=unix:///nowhere.sock run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"does not answer"* ]]
  grep -qx $CLUSTER "$MAYFLY_LOCAL/clusters"
}
