#!/usr/bin/env bats
# bats file_tags=engine
# The engine ends and comes back: killed, with the machine's power, or shut down while replicas are being stopped.
# Takes about 75 s.

load helpers

setup() { own_state; }
teardown() { rm -rf "$MAYFLY_LOCAL"; }

# private SECONDS SCRIPT: in namespaces of its own, with the images.
private() {
  export HERE ROOT
  docker save -o "$MAYFLY_LOCAL/images.tar" busybox:1.36 centos:7
  run timeout "$1" unshare --mount --net bash "$BATS_TEST_DIRNAME/$2" "$MAYFLY_LOCAL/images.tar"
  echo "$output"
  [ "$status" = 0 ]
}

@test "the engine's end and a power cut: fresh replicas; data in volumes outlives them, scaling to 0 and the workload" {
  private 900 private-cluster.bash
  [[ $output == *"after the engine's end: volume path"* ]]
  [[ $output == *"after the engine's end: 3 fresh replicas"* ]]
  [[ $output == *"after a power cut: 3 fresh replicas"* ]]
  [[ $output == *"after 0 and back: volume path"* ]]
  [[ $output == *"after the workload: volume path"* ]]
}

@test "an engine that is shut down in the middle of graceful stops loses none of them" {
  private 600 private-graceful.bash
  [[ $output == *"running when the engine is stopped: 3"* ]]
  [[ $output == *"graceful stops: 3"* ]]
  [[ $output == *"left after the engine came back: 0"* ]]
  [[ $output == *"and it goes on"* ]]
}
