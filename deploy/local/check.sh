#!/usr/bin/env bash
# make check: all checks that need neither engine nor cluster: compiler, formatter, unit tests, shellcheck, prose. Run it before each
# commit.
unset "${!KUBE@}" "${!K3S_@}" "${!QUARKUS_@}"
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

# Without those that build the operator's image, from packages that they fetch.
shell_stories() { bats --filter-tags '!engine,!cluster,!image' "$ROOT/src/test/shell"; }

# The formatter is asked before the build, which would format.
java_tests() { mvn -f "$ROOT/pom.xml" -B -Dstyle.color=never spotless:check test cyclonedx:makeBom "-DexcludedGroups=engine,cluster"; }

prepare_state
started=$(now_ms)
step "Prose, shell and Java"
check_tools
with_progress "prose of README and docs" "$LOG/check-prose.log" "$HERE/prose.sh"
trap wait EXIT # nothing runs on
with_progress "stories of the shell" "$LOG/check-shell.log" shell_stories &
stories=$!
with_progress "formatter, compiler and unit tests of Java" "$LOG/check-java.log" java_tests
"$ROOT/deploy/licenses.sh" "$ROOT/target/bom.json"
wait "$stories"
trap - EXIT
say "$(grep -c '^ok' "$LOG/check-shell.log") stories, $(sed -n 's/^\[[A-Z]*\] Tests run: \([0-9]*\), [^-]*$/\1/p' "$LOG/check-java.log" | tail -n 1) tests"
printf '\nAll is well, after %s s.\n' "$(seconds_since "$started")"
