#!/usr/bin/env bats
# bats file_tags=engine
# k3s as a container: one of an earlier run holds a cluster, and only `make down` removes it.

load helpers

setup() {
  own_state
  CONTAINER=mayfly-k3s-$(printf %s "$MAYFLY_LOCAL" | sha256sum | head -c 6)
  echo container >"$MAYFLY_LOCAL/cluster"
}

teardown() {
  docker ps -aq --filter "name=^$CONTAINER\$" | xargs -r docker rm -fv
  if [ -n "${STRANGER:-}" ]; then kill "$STRANGER"; fi
  rm -rf "$MAYFLY_LOCAL"
}

@test "one that does not become ready is kept, and the remedy is printed" {
  docker create --name "$CONTAINER" busybox:1.36 sh -c 'echo its last words'
  run "$HERE/cluster.sh" up
  [ "$status" = 1 ]
  [[ $output == *"its last words"* ]]
  [[ $output == *"$CONTAINER does not become ready"* ]]
  [[ $output == *"make down && make up"* ]]
  docker inspect "$CONTAINER"
}

@test "one whose port another process took is kept, and the port is printed" {
  local port=16443
  while (exec 4<>"/dev/tcp/127.0.0.1/$port"); do port=$((port + 1)); done
  docker create --name "$CONTAINER" -p "127.0.0.1:$port:6443" busybox:1.36 tail -f /dev/null
  listen "$port"
  STRANGER=$!
  run "$HERE/cluster.sh" up
  [ "$status" = 1 ]
  [[ $output == *"$CONTAINER does not start"*":$port"* ]]
  [[ $output == *"ss -ltnp"* ]]
  docker inspect "$CONTAINER"
}

@test "one whose memory can't be read is kept, with a remedy" {
  docker create --name "$CONTAINER" busybox:1.36 sh -c 'echo its last words'
  "$HERE/cluster.sh" holds
  run "$HERE/cluster.sh" again
  [ "$status" = 1 ]
  run "$HERE/cluster.sh" halt
  [ "$status" = 0 ]
  [[ $output == *"docker rm -fv $CONTAINER && make down"* ]]
  docker rm -fv "$CONTAINER"
  run "$HERE/cluster.sh" holds
  [ "$status" = 1 ]
}

@test "one that a killed run created and did not record is removed by make down" {
  rm "$MAYFLY_LOCAL/cluster"
  docker create --name "$CONTAINER" busybox:1.36 true
  "$HERE/cluster.sh" down
  run docker inspect "$CONTAINER"
  [ "$status" = 1 ]
}
