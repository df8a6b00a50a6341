#!/usr/bin/env bats
# The engine is killed and comes back: what was written to volumes is there, what was written elsewhere is not.

load helpers

setup() { own_state; }
teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "the engine's end and a power cut: fresh replicas; data in volumes outlives them, scaling to 0 and the workload" {
  export HERE ROOT
  docker save -o "$MAYFLY_LOCAL/images.tar" busybox:1.36 centos:7
  run timeout 300 unshare --mount --net bash "$BATS_TEST_DIRNAME/private-cluster.bash" "$MAYFLY_LOCAL/images.tar"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"after the engine's end: volume path"* ]]
  [[ $output == *"after the engine's end: 3 fresh replicas"* ]]
  [[ $output == *"after a power cut: 3 fresh replicas"* ]]
  [[ $output == *"after 0 and back: volume path"* ]]
  [[ $output == *"after the workload: volume path"* ]]
}
