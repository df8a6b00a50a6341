#!/usr/bin/env bash
# make test: what the tests need, then Maven's (unit, property, architecture, API server, end to end) and the shell's (bats).
# Ends with one line: N passed, N failed.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"
# shellcheck source=deploy/local/test-count.sh
source "$HERE/test-count.sh"

MAVEN_LOG=$LOG/test-maven.log
BATS_LOG=$LOG/test-bats.log

run_maven() {
  rm -rf "$ROOT/target/surefire-reports" "$ROOT/target/failsafe-reports"
  # every suite runs, whatever the one before it says; the reports are counted afterwards
  mvn -f "$ROOT/pom.xml" -B -Dstyle.color=never -Dmaven.test.failure.ignore=true "${MAVEN_OPTIONS[@]}" verify 2>&1 |
    tee "$MAVEN_LOG" | grep --line-buffered -E '^\[[A-Z]+\] (Running dev|Tests run:.*dev|BUILD|--- (spotless|surefire|failsafe))|ERROR.*(FAIL|COMPIL)' |
    sed -u 's/^\[[A-Z]*\] /    /'
  return "${PIPESTATUS[0]}"
}

run_bats() {
  local status=0
  bats --formatter tap "$ROOT/src/test/shell" 2>&1 | tee "$BATS_LOG" | sed -u 's/^/    /'
  status=${PIPESTATUS[0]}
  return "$status"
}

is_root || fail "the tests make users, nodes and directories of the system: they run as root" "sudo make test"
prepare_state
started=$(now_ms)
"$HERE/engine.sh" up
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
test_tools
"$HERE/images.sh"
"$HERE/service-images.sh"
test_cluster_image

# Ryuk and Testcontainers' tiny image would be pulled; the engine is on this host.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=busybox:1.36 TESTCONTAINERS_HOST_OVERRIDE=localhost

step "Maven's tests (all of their output: $MAVEN_LOG)"
maven_status=0
run_maven || maven_status=$?
step "The shell's tests (bats; $BATS_LOG)"
bats_status=0
run_bats || bats_status=$?
step "Result"
count_all "$maven_status" "$bats_status" "$started"
