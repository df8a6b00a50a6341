#!/usr/bin/env bats
# bats file_tags=engine
# `mayfly leftovers`, and what `make down` shows of it: everything with our marks, nothing that only looks like it.
# Takes about 45 s.

load helpers
load planted

CLUSTER=deadfeedbeef
OWNER=12345678-aaaa-bbbb-cccc-1234567890ab
REPLICA=mayfly_default_web-0_1_12345678

setup() {
  own_state
  "$HERE/cli.sh"
}

teardown() {
  docker ps -aq --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs -r docker rm -f
  docker ps -aq --filter "label=mayfly.dev/probe=$CLUSTER" | xargs -r docker rm -f
  docker network ls -q --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs -r docker network rm
  docker volume ls -q --filter "label=mayfly.dev/cluster=$CLUSTER" | xargs -r docker volume rm
  docker image ls -q mayfly-test/leftovers | xargs -r docker image rm -f
  umount "/run/mayfly/$CLUSTER" 2>/dev/null || true # only the first story mounts it
  rm -rf "/run/mayfly/$CLUSTER" "/var/lib/mayfly/$CLUSTER" /tmp/mayfly-scan-$CLUSTER-*
  drop_state
}

leftovers() { KUBECONFIG=/dev/null "$BIN/mayfly" leftovers --filter cluster=$CLUSTER "$@"; }

plant() {
  planted_container $CLUSTER $REPLICA $OWNER
  planted_container $CLUSTER mayfly_default_web-0_1_87654321 87654321-aaaa-bbbb-cccc-1234567890ab EphemeralTask
  docker create --name mayfly_probe_${CLUSTER}_0123 --label mayfly.dev/probe=$CLUSTER busybox:1.36
  planted_network $CLUSTER
  planted_volume $CLUSTER gone Delete
  planted_volume $CLUSTER kept Retain
  mkdir -p /run/mayfly/$CLUSTER /var/lib/mayfly/$CLUSTER /tmp/mayfly-scan-$CLUSTER-4711
  mount -t tmpfs mayfly /run/mayfly/$CLUSTER
}

meet_strangers() {
  planted_container $CLUSTER mayfly-test-stranger $OWNER
  docker create --name mayfly_default_web-1_1_12345678 --label mayfly.dev/cluster=$CLUSTER busybox:1.36 # not all labels
  docker create --name mayfly-test-stranger-probe --label mayfly.dev/probe=$CLUSTER busybox:1.36
  docker network create --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/namespace=default mayfly-test-stranger
  docker volume create --label mayfly.dev/cluster=$CLUSTER --label mayfly.dev/namespace=default mayfly-test-stranger
  mkdir -p /tmp/mayfly-scan-$CLUSTER-stranger
}

@test "all objects of ours are listed, kept ones separately, foreign ones not; the shell alone lists the same" {
  run leftovers
  [ "$status" = 0 ]
  [ "$output" = "Nothing is left over on engine and machine." ]

  plant
  meet_strangers
  run leftovers
  [ "$status" = 0 ]
  [[ $output != *stranger* && $output != *web-1* && $output != *_default_kept* ]]
  [[ $output == *"EphemeralWorkload default/web-0"* && $output == *"EphemeralTask default/web-0"* ]]
  [[ $output == *"No cluster was asked"* ]]
  run leftovers --exit-code -q
  [ "$status" = 1 ]
  run leftovers --all
  [[ $output == *"kept "*"mayfly_${CLUSTER}_default_kept"*"reclaimPolicy Retain"* ]]

  leftovers -o json >"$MAYFLY_LOCAL/found"
  # name is the line after kind
  found=$(sed -n 's/.*"\(kind\|name\)" : "\(.*\)",/\2/p' "$MAYFLY_LOCAL/found" | paste -d ' ' - - | sort)
  [ "$found" = "$("$HERE/sweep.sh" list $CLUSTER | sort)" ]
  [ "$(wc -l <<<"$found")" = 9 ]
}

@test "without an engine it reports that it could not check" {
  run leftovers --host unix:///nowhere.sock
  [ "$status" = 1 ]
  [[ $output == *"No engine answers at unix:///nowhere.sock"* ]]
}

@test "without its jar it reports that it could not check" {
  sed 's#[^/]*\.jar#gone.jar#' "$BIN/mayfly" >"$MAYFLY_LOCAL/mayfly"
  run sh "$MAYFLY_LOCAL/mayfly" leftovers
  [ "$status" = 1 ]
  [[ $output == *"gone.jar is gone: make cli builds it"* ]]
}

@test "an invalid kubeconfig is named" {
  echo nonsense >"$MAYFLY_LOCAL/kubeconfig"
  run leftovers --kubeconfig "$MAYFLY_LOCAL/kubeconfig"
  [ "$status" = 1 ]
  [[ $output == *"$MAYFLY_LOCAL/kubeconfig"* ]]
}

@test "running objects are no orphans, --all lists them, and after down none is there" {
  make_quietly up
  up=$(cat "$MAYFLY_LOCAL/clusters")
  apply_workload web 2
  eventually runs "$up" web 2
  pulled_by "$up" mayfly-test/leftovers:up
  run "$BIN/mayfly" leftovers --filter "cluster=$up" --exit-code
  [ "$status" = 0 ]
  [ "$output" = "Nothing is left over." ] || { echo "found: $output"; return 1; }
  run "$BIN/mayfly" leftovers --all --filter "cluster=$up"
  [ "$status" = 0 ]
  for thing in "container *mayfly_default_web-0_1_" "container *mayfly_default_web-1_1_" "network *mayfly_${up}_default" \
    "directory *.var.lib.mayfly.$up" "EphemeralWorkload *default.web" "CustomResourceDefinition *ephemeralworkloads" \
    "ControllerRevision *default.web-" "image *mayfly-test/leftovers:up" "Lease *mayfly-system.mayfly" "Namespace *mayfly-system" "ClusterRole *mayfly"; do
    grep -q "$thing" <<<"$output" || { echo "not listed: $thing" && return 1; }
  done

  run make -C "$ROOT" down
  [ "$status" = 0 ]
  [[ $output == *"==> Left over"*"Nothing is left over on engine and machine."* ]]
  [ -z "$(docker image ls -q mayfly-test/leftovers)" ]
  KUBECONFIG=/dev/null "$BIN/mayfly" leftovers --filter "cluster=$up" --exit-code
}

@test "down shows it without a jar, too" {
  own=$MAYFLY_LOCAL/checkout
  mkdir "$own"
  cp -R "$ROOT/deploy" "$ROOT/Makefile" "$own/"
  echo $CLUSTER >"$MAYFLY_LOCAL/clusters"
  rm "$MAYFLY_LOCAL/bin"
  mkdir "$MAYFLY_LOCAL/bin"
  planted_network $CLUSTER
  run make -C "$own" --no-print-directory down
  [ "$status" = 0 ]
  [[ $output == *"removed networks: 1"*"==> Left over"*"nothing is left over"* ]]

  run "$own/deploy/local/leftovers.sh" $CLUSTER
  [ "$status" = 2 ]
  [[ $output == *"the cluster was not looked at"* && $output != *"nothing is left over"* ]]
}
