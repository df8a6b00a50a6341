#!/usr/bin/env bats
# bats file_tags=engine
# The Swarm that bench-heal compares with: a dockerd of its own, which changes nothing of the machine's.
# Takes about 25 s.

load helpers

setup() { own_state; }
teardown() {
  "$HERE/swarm.sh" down
  rm -rf "$MAYFLY_LOCAL"
}

@test "the machine's engine joins no Swarm, and nothing is left, also of a killed one" {
  quietly "$HERE/swarm.sh" up
  swarm=$("$HERE/swarm.sh" host)
  docker -H "$swarm" service create -q --no-resolve-image --name story busybox:1.36 tail -f /dev/null
  [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = inactive ]

  kill_hard swarm
  quietly "$HERE/swarm.sh" down

  run pgrep -f "$MAYFLY_LOCAL/swarm|/run/mayfly-swarm"
  [ "$status" = 1 ]
  [ ! -e /run/mayfly-swarm ]
  run grep -E "$MAYFLY_LOCAL|mayfly-swarm" /proc/mounts
  [ "$status" = 1 ]
}
