#!/usr/bin/env bats
# bats file_tags=engine
# A machine without a running engine: `up` starts one, also after a killed one's leftovers; `down` ends the one that `up` started.
# Takes about 15 s.

load helpers

setup() { own_state; }
teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "started, killed, started again, restarted where it miscounts, stopped" {
  export HERE
  docker save -o "$MAYFLY_LOCAL/busybox.tar" busybox:1.36
  run timeout 400 unshare --mount --net bash "$BATS_TEST_DIRNAME/private-engine.bash" "$MAYFLY_LOCAL/busybox.tar"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"a container runs"* ]]
  [[ $output == *"down removed the network of an engine that miscounts"* ]]
  [[ $output == *"no network is left"* ]]
  [[ $output == *"dockerd and its containerd are gone"* ]]
}
