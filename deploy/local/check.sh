#!/usr/bin/env bash
# make check: all checks that need neither engine nor cluster: compiler, formatter, unit tests, shellcheck, prose. Run it before each
# commit.
unset "${!KUBE@}" "${!K3S_@}" "${!QUARKUS_@}"
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

SBOM=$ROOT/target/bom.json

# Without those that build the operator's image, from packages that they fetch.
shell_stories() { bats --filter-tags '!engine,!cluster,!image' "$ROOT/src/test/shell"; }

# No engine answers at this DOCKER_HOST, so a test that needs one and has no tag fails wherever it runs. The formatter is asked before the build, which would format. Maven ends within minutes, as the tests' JVMs: it starts cheaply. Property tests try a quarter of their inputs; make test tries all.
java_tests() {
  local goals=(spotless:check test)
  ! [ "$ROOT/pom.xml" -nt "$SBOM" ] || goals+=(cyclonedx:makeBom)
  DOCKER_HOST=unix:///dev/null MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" mvn -f "$ROOT/pom.xml" -B -Dstyle.color=never "${goals[@]}" -Dspotless.apply.skip=true -Djqwik.tries.default=250 "-DexcludedGroups=engine,cluster"
}

# wait_for PID…: all of them; fails if one has failed.
wait_for() {
  local pid failed=0
  for pid in "$@"; do wait "$pid" || failed=1; done
  return "$failed"
}

prepare_state
started=$(now_ms)
step "Prose, shell and Java"
check_tools
trap wait EXIT # nothing runs on
with_progress "prose of README and docs" "$LOG/check-prose.log" "$HERE/prose.sh" &
prose=$!
with_progress "stories of the shell" "$LOG/check-shell.log" shell_stories &
stories=$!
with_progress "formatter, compiler and unit tests of Java" "$LOG/check-java.log" java_tests
"$ROOT/deploy/licenses.sh" "$SBOM"
wait_for "$prose" "$stories"
trap - EXIT
say "$(grep -c '^ok' "$LOG/check-shell.log") stories, $(sed -n 's/^\[[A-Z]*\] Tests run: \([0-9]*\), [^-]*$/\1/p' "$LOG/check-java.log" | tail -n 1) tests"
printf '\nAll is well, after %s s.\n' "$(seconds_since "$started")"
