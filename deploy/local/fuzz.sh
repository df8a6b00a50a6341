#!/usr/bin/env bash
# fuzz.sh [SECONDS]: labels, Secrets, archives, answers and events as nobody would write them who wants to be understood:
# runs the tests of foreign input again and again, each time with other values, for an hour unless told otherwise.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

JAVA_HOME=$("$HERE/jdk.sh")
export JAVA_HOME
seconds=${1:-3600}
end=$((SECONDS + seconds)) runs=0
step "Foreign input"
while ((runs == 0 || SECONDS < end)); do
  runs=$((runs + 1))
  with_progress "run $runs, $((end > SECONDS ? end - SECONDS : 0)) s left" "$LOG/fuzz.log" \
    mvn -f "$ROOT/pom.xml" -B -q test -Dquarkus.build.skip=true "-Dtest=*FuzzTest" -DargLine=-Djqwik.tries.default=20000
done
say "$runs runs, each input read or refused in time: $LOG/fuzz.log"
