#!/usr/bin/env bats
# The engine is shut down while replicas are being stopped: they get their signal, and nothing is left when it is back.

load helpers

setup() { own_state; }
teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "an engine that is shut down in the middle of graceful stops loses none of them" {
  export HERE ROOT
  docker save -o "$MAYFLY_LOCAL/images.tar" busybox:1.36 centos:7
  run timeout 180 unshare --mount --net bash "$BATS_TEST_DIRNAME/private-graceful.bash" "$MAYFLY_LOCAL/images.tar"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"running when the engine is told to stop: 3"* ]]
  [[ $output == *"farewells: 3"* ]]
  [[ $output == *"left after the engine came back: 0"* ]]
  [[ $output == *"and it goes on"* ]]
}
