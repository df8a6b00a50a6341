#!/usr/bin/env bats
# bats file_tags=engine
# Docker Engine 29 beside the one that is there: neither notices the other.

load helpers

setup() {
  own_state
  mkdir -p "$MAYFLY_LOCAL/engine29"
  ln -s "$ROOT/.local/engine29/bin" "$MAYFLY_LOCAL/engine29/bin" # make test has built it
}

teardown() {
  "$HERE/engine29.sh" down
  rm -rf "$MAYFLY_LOCAL"
}

on_29() { DOCKER_HOST=$("$HERE/engine29.sh" host) "$@"; }

@test "it runs containers beside the other engine, and leaves nothing" {
  local bridge socket machine
  bridge=$(cat /sys/class/net/docker0/ifindex)
  "$HERE/engine29.sh" up busybox:1.36
  machine=$(cat "$MAYFLY_LOCAL/run/engine29.pid")
  socket=$("$HERE/engine29.sh" host)

  [[ $(on_29 docker version --format '{{.Server.Version}}') == 29.* ]]
  [ "$(on_29 docker info --format '{{.Driver}}')" = overlayfs ]
  on_29 docker run -d --name of-29 busybox:1.36 tail -f /dev/null
  "$HERE/engine29.sh" run docker exec of-29 true
  [ -z "$(docker ps -aq --filter name=of-29)" ]
  [ "$(cat /sys/class/net/docker0/ifindex)" = "$bridge" ]

  "$HERE/engine29.sh" down
  [ ! -e "/proc/$machine/exe" ]
  [ ! -e "${socket#unix://}" ]
  [ ! -e "$MAYFLY_LOCAL/engine29/data" ]
}

@test "what needs it says how to start it" {
  run "$HERE/engine29.sh" run true
  [ "$status" = 1 ]
  [[ $output == *"Docker Engine 29 does not run"* ]]
  [[ $output == *"engine29.sh up"* ]]
}
