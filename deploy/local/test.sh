#!/usr/bin/env bash
# make test: builds what the tests need, then runs Maven's unit, property, architecture and API-server tests, then the end-to-end tests,
# then the shell's (bats). Ends with one line: N passed, N failed.

# A cluster or an operator's settings that the caller has exported are none of the tests' business.
unset "${!KUBE@}" "${!K3S_@}" "${!QUARKUS_@}"

# For what is written in Go, and this engine where it is started: less CPU time for more memory, a third for kubectl.
export GOGC=400

# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"
# shellcheck source=deploy/local/test-stories.sh
source "$HERE/test-stories.sh"
# shellcheck source=deploy/local/test-count.sh
source "$HERE/test-count.sh"

MAVEN_LOG=$LOG/test-maven.log
BATS_LOG=$LOG/test-bats.log

# Every suite runs, whatever the one before it says; the reports are counted afterwards. The operator has been built: another build
# would replace it while the shell's tests run it.
run_maven() {
  "${MVN:-mvn}" -f "$ROOT/pom.xml" -B -Dstyle.color=never -Dmaven.test.failure.ignore=true -Dquarkus.build.skip=true "${MAVEN_OPTIONS[@]}" "$@" 2>&1 |
    tee -a "$MAVEN_LOG" | grep --line-buffered -E '^\[[A-Z]+\] (Running dev|Tests run:.*dev|BUILD|--- (surefire|failsafe))|ERROR.*(FAIL|COMPIL)' |
    sed -u 's/^\[[A-Z]*\] /    /'
  return "${PIPESTATUS[0]}"
}

# With the list of components, for the image. Whether the sources are formatted is a matter of make check.
build() {
  with_progress "building the operator and its tests" "$LOG/test-build.log" mvn -f "$ROOT/pom.xml" -B -DskipTests -Dspotless.apply.skip=true \
    -Dquarkus.package.jar.type=aot-jar package cyclonedx:makeBom
}

is_root || fail "the tests make users, nodes and directories of the system: they run as root" "sudo make test"
prepare_state
started=$(now_ms)
"$HERE/engine.sh" up
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
unset DOCKER_CONTEXT
test_packages
"$HERE/images.sh"
step "Build, programs of Go, Docker Engine 29 and the services' images, side by side"
"$HERE/service-images.sh" &
images=$!
{
  test_programs
  "$HERE/engine29.sh" build
} &
programs=$!
build
wait "$images"
wait "$programs"
"$ROOT/deploy/image/build.sh" & # the stories' machines have no way out
image=$!
"$HERE/cli.sh" # once, for all stories
test_cluster_image
wait "$image"

rm -rf "$ROOT/target/surefire-reports" "$ROOT/target/failsafe-reports"
: >"$MAVEN_LOG"
maven_status=0
# One after the other: two cores are busy with unit tests, and with three lanes of end-to-end tests. Beside them stories ran into
# their time limits (docs/decisions/test-lanes.md).
step "Unit tests (all of their output: $MAVEN_LOG)"
run_maven test || maven_status=$?
step "End-to-end tests ($MAVEN_LOG)"
run_maven failsafe:integration-test@side-by-side failsafe:integration-test@alone failsafe:verify@alone || maven_status=$?
step "A tenth of the engine's tests against Docker Engine 29 ($MAVEN_LOG)"
# shellcheck disable=SC2119  # with no images but those of all its tests
engine29_up
MVN=mvn_of_engine29 run_maven failsafe:integration-test@second-engine || maven_status=$?
"$HERE/engine29.sh" down
step "The shell's tests ($STORIES)"
bats_status=0
run_stories </dev/null || bats_status=$?
step "Result"
count_all "$maven_status" "$bats_status" "$started"
