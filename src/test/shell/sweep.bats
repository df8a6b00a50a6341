#!/usr/bin/env bats
# bats file_tags=engine
# `make down` removes resources by a cluster's id, and keeps what only looks like ours. Needs the engine alone.
# Takes about 20 s.

load helpers
load planted

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
  docker ps -aq --filter "label=mayfly.dev/probe=$CLUSTER" | xargs -r docker rm -f
  docker image ls -q mayfly-test/leftovers | sort -u | xargs -r docker image rm -f
  rm -rf "$MAYFLY_LOCAL" /tmp/mayfly-scan-$CLUSTER-*
}

# container NAME: with all the labels of a replica, whatever its name.
container() { planted_container "$CLUSTER" "$1" $OWNER; }

@test "a container of ours is removed" {
  container "$OURS"
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [ "$(containers_of "$CLUSTER")" = 0 ]
}

@test "a foreign container with all our labels is kept" {
  container mayfly-test-stranger
  "$HERE/sweep.sh"
  docker inspect mayfly-test-stranger
}

@test "a probe container of an image is removed" {
  docker create --name mayfly_probe_${CLUSTER}_0123 --label mayfly-test --label mayfly.dev/probe=$CLUSTER busybox:1.36
  "$HERE/sweep.sh"
  run docker inspect mayfly_probe_${CLUSTER}_0123
  [ "$status" = 1 ]
}

@test "a foreign network and volume with our labels are kept" {
  docker network create --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/namespace=default mayfly-test-stranger
  docker volume create --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/namespace=default mayfly-test-stranger
  "$HERE/sweep.sh"
  docker network inspect mayfly-test-stranger
  docker volume inspect mayfly-test-stranger
}

@test "pulled images are removed by their recorded names; one in use and a user's tag are kept" {
  local id kept
  id=$(planted_image mayfly-test/leftovers:pulled) kept=$(planted_image mayfly-test/leftovers:used)
  docker tag "$id" mayfly-test/leftovers:persons
  docker create --name mayfly-test-stranger --label mayfly-test --label mayfly.dev/cluster=$CLUSTER "$kept" true
  docker tag "$kept" mayfly-test/leftovers:second # of an image with two names the engine takes one away although it is used
  printf '%s\n' "$id mayfly-test/leftovers:pulled mayfly-test/leftovers:never" "$kept mayfly-test/leftovers:used" >"$MAYFLY_LOCAL/images"
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [ "$(docker image ls -q mayfly-test/leftovers:pulled)" = "" ]
  docker image inspect mayfly-test/leftovers:persons mayfly-test/leftovers:used mayfly-test/leftovers:second
  [[ $output == *"removed pulled images: 1"* ]]
  [[ $output == *"kept pulled images that containers are made of: mayfly-test/leftovers:used"* ]]
  [ "$(cat "$MAYFLY_LOCAL/images")" = "$kept mayfly-test/leftovers:used" ]
}

@test "an image in use is removed once it is unused, although its cluster is forgotten" {
  local id
  id=$(planted_image mayfly-test/leftovers:used)
  docker create --name mayfly-test-stranger --label mayfly-test --label mayfly.dev/cluster=$CLUSTER "$id" true
  echo "$id mayfly-test/leftovers:used" >"$MAYFLY_LOCAL/images"
  "$HERE/sweep.sh"
  [ ! -e "$MAYFLY_LOCAL/clusters" ]
  docker rm mayfly-test-stranger
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"removed pulled images: 1"* ]]
  [ -z "$(docker image ls -q mayfly-test/leftovers)" ]
  [ ! -e "$MAYFLY_LOCAL/images" ]
}

@test "of images remembered while the engine was dead only its own are removed" {
  local id others
  id=$(planted_image mayfly-test/leftovers:pulled) others=$(planted_image mayfly-test/leftovers:others)
  printf '%s\n' "$(docker info --format '{{.ID}}') $id mayfly-test/leftovers:pulled" "ANOTHER $others mayfly-test/leftovers:others" >"$MAYFLY_LOCAL/images"
  DOCKER_HOST=unix:///nowhere.sock run "$HERE/sweep.sh"
  [ "$(wc -l <"$MAYFLY_LOCAL/images")" = 2 ]
  "$HERE/sweep.sh"
  [ "$(docker image ls --format '{{.Tag}}' mayfly-test/leftovers)" = others ]
  [ ! -e "$MAYFLY_LOCAL/images" ]
}

@test "an engine that stops while its images are read does not make them forgotten" {
  local id
  id=$(planted_image mayfly-test/leftovers:pulled)
  echo "$id mayfly-test/leftovers:pulled" >"$MAYFLY_LOCAL/images"
  mkdir "$MAYFLY_LOCAL/fake"
  cat >"$MAYFLY_LOCAL/fake/docker" <<SH
#!/bin/sh
if [ -e "$MAYFLY_LOCAL/ended" ]; then exit 1; fi
if [ "\$1 \$2" = "image inspect" ]; then touch "$MAYFLY_LOCAL/ended"; exit 1; fi
exec "$(command -v docker)" "\$@"
SH
  chmod +x "$MAYFLY_LOCAL/fake/docker"
  rm "$MAYFLY_LOCAL/bin" # it comes first on PATH
  ln -s fake "$MAYFLY_LOCAL/bin"
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"the engine has ended meanwhile"* ]]
  [ "$(cat "$MAYFLY_LOCAL/images")" = "$id mayfly-test/leftovers:pulled" ]
}

@test "a container that vanishes while it is inspected stops nothing" {
  container "$OURS"
  planted_network $CLUSTER
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

@test "networks and volumes of ours are removed; a Retain volume is kept and named" {
  planted_network $CLUSTER
  planted_volume $CLUSTER gone Delete
  planted_volume $CLUSTER kept Retain
  run "$HERE/sweep.sh"
  [[ $output == *"kept volumes (policy Retain): mayfly_${CLUSTER}_default_kept"* ]]
  [ "$(networks_of "$CLUSTER")" = 0 ]
  [ "$(docker volume ls -q --filter "label=mayfly.dev/cluster=$CLUSTER")" = mayfly_${CLUSTER}_default_kept ]
}

@test "a cluster with leftovers is remembered, a clean one is forgotten" {
  echo beefbeefbeef >>"$MAYFLY_LOCAL/clusters"
  planted_network $CLUSTER
  docker run -d --name mayfly-test-stranger --network mayfly_${CLUSTER}_default --label mayfly-test \
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

@test "directories of the cluster are removed, mounted ones too; another cluster's are kept" {
  mkdir -p "/run/mayfly/$CLUSTER/files" /var/lib/mayfly/$CLUSTER /var/lib/mayfly/beefbeefbeef
  mount -t tmpfs tmpfs "/run/mayfly/$CLUSTER/files"
  "$HERE/sweep.sh"
  [ ! -e "/run/mayfly/$CLUSTER" ]
  [ ! -e /var/lib/mayfly/$CLUSTER ]
  rmdir /var/lib/mayfly/beefbeefbeef
}

@test "leftovers of a killed scan are removed; similar directories are kept" {
  mkdir -p /tmp/mayfly-scan-$CLUSTER-4711/closed /tmp/mayfly-scan-$CLUSTER-mine /tmp/mayfly-scan-$CLUSTER-mine-4711
  ln -s /tmp/mayfly-scan-$CLUSTER-mine /tmp/mayfly-scan-$CLUSTER-4712
  echo gigabytes >/tmp/mayfly-scan-$CLUSTER-4711/image.tar
  chmod 555 /tmp/mayfly-scan-$CLUSTER-4711/closed
  [ "$("$HERE/sweep.sh" list $CLUSTER)" = "directory /tmp/mayfly-scan-$CLUSTER-4711" ]
  run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"removed /tmp/mayfly-scan-$CLUSTER-4711"* ]]
  [ "$(find /tmp -maxdepth 1 -name "mayfly-scan-$CLUSTER-*" | wc -l)" = 3 ]
  [ ! -e "$MAYFLY_LOCAL/clusters" ]
}

@test "leftovers of root's scan do not stop another user's down, and are named with a remedy" {
  mkdir /tmp/mayfly-scan-$CLUSTER-4711
  chmod 755 "$MAYFLY_LOCAL"
  chown -R nobody "$MAYFLY_LOCAL"
  run setpriv --reuid=nobody --regid="$(stat -c %g /var/run/docker.sock)" --clear-groups "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"left, since only root may: sudo rm -rf /tmp/mayfly-scan-$CLUSTER-4711"* ]]
  grep -qx $CLUSTER "$MAYFLY_LOCAL/clusters"
}

@test "the parent directories are removed with the last cluster" {
  # the machine's own may hold other clusters'
  # shellcheck disable=SC2016  # expanded inside
  unshare --mount bash -euc 'mount -t tmpfs tmpfs /var/lib; mkdir -p "/var/lib/mayfly/$1"; "$2"; [ ! -e /var/lib/mayfly ]' \
    - $CLUSTER "$HERE/sweep.sh"
}

@test "a directory that can't be removed is named, and nothing else is kept by it" {
  planted_network $CLUSTER
  # shellcheck disable=SC2016  # expanded inside
  run unshare --mount bash -euc 'mount -t tmpfs tmpfs /var/lib; mkdir -p "/var/lib/mayfly"; mount -t tmpfs tmpfs /var/lib/mayfly
    mkdir "/var/lib/mayfly/$1"; "$2"' - $CLUSTER "$HERE/sweep.sh"
  [ "$status" = 1 ]
  [[ $output == *"these could not be removed: /var/lib/mayfly"* ]]
  [ "$(networks_of "$CLUSTER")" = 0 ]
}

@test "an invalid id is refused" {
  echo .. >"$MAYFLY_LOCAL/clusters"
  run "$HERE/sweep.sh"
  [ "$status" = 1 ]
  [[ $output == *"no cluster id"* ]]
}

@test "with the engine dead, pending removals are remembered" {
  DOCKER_HOST=unix:///nowhere.sock run "$HERE/sweep.sh"
  [ "$status" = 0 ]
  [[ $output == *"does not answer"* ]]
  grep -qx $CLUSTER "$MAYFLY_LOCAL/clusters"
}
