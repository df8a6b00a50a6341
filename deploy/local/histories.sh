#!/usr/bin/env bash
# histories.sh: the tests of random histories (planner, tasks, life of a replica) with ten times as many tries as make test, and an operator that is killed at
# each step of its history.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

JAVA_HOME=$("$HERE/jdk.sh")
"$HERE/engine.sh" up
DOCKER_HOST=$("$HERE/engine.sh" host)
export JAVA_HOME DOCKER_HOST
"$HERE/images.sh"
step "Random histories"
with_progress "10,000 of each kind" "$LOG/histories.log" \
  mvn -f "$ROOT/pom.xml" -B -q test -Dquarkus.build.skip=true "-Dtest=*HistoriesTest,DockerResumptionTest" "-DargLine=-Djqwik.tries.default=10000 -Dmayfly.test.every-step=true"
say "all converge: $LOG/histories.log"
