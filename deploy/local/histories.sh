#!/usr/bin/env bash
# histories.sh: the tests of random histories (planner, tasks, life of a replica) with ten times as many tries as make test.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

JAVA_HOME=$("$HERE/jdk.sh")
export JAVA_HOME
step "Random histories"
with_progress "10,000 of each kind" "$LOG/histories.log" \
  mvn -f "$ROOT/pom.xml" -B -q test -Dquarkus.build.skip=true "-Dtest=*HistoriesTest" -DargLine=-Djqwik.tries.default=10000
say "all converge: $LOG/histories.log"
