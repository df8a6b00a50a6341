#!/usr/bin/env bash
# soak-engine29.sh: all tests of the engine's side against Docker Engine 29, unit tests first; `make test` runs them all against the
# engine that is there. Half an hour and more. Expects what `make soak` has brought up: the operator is built, as are the images.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

failed=0

# against TAGS OPTION…: Maven's tests of these tags, by a JUnit expression.
against() {
  with_progress "tests against Docker Engine 29: $1" "$LOG/soak-engine29-maven.log" \
    mvn_of_engine29 -f "$ROOT/pom.xml" -B -Dstyle.color=never -Dquarkus.build.skip=true "${MAVEN_OPTIONS[@]}" \
    -Dmayfly.test.second-engine="$1" "${@:2}" failsafe:integration-test@second-engine failsafe:verify@alone
}

test_tools
test_cluster_image
mapfile -t services < <(docker image ls --format '{{.Repository}}:{{.Tag}}' 'mayfly-test/*')
engine29_up "${services[@]}"
trap '"$HERE/engine29.sh" down' EXIT
(against 'engine & !overlay2') || failed=1 # those show what overlay2's image store does (docs/reference/support.md)
(against '(any() | none()) & !overlay2' '-Dit.test=*IT') || failed=1 # the end-to-end tests, which have no tag of their own
exit "$failed"
