# shellcheck shell=bash
# Adds up the reports of surefire, failsafe and bats. A skipped test, and a suite that ran no test, count as failed.

# junit_sum DIR: "passed failed" of the reports there.
junit_sum() {
  # no report is found when Maven ended before this suite: the sum is 0 0
  find "$1" -name 'TEST-*.xml' -print0 2>/dev/null | xargs -0 -r grep -hm1 -A9 '<testsuite ' | tr '\n' ' ' | sed 's/<testsuite /\n&/g' |
    awk '
      function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0 }
      /<testsuite / { bad = value("errors") + value("failures") + value("skipped"); failed += bad; passed += value("tests") - bad }
      END { print passed + 0, failed + 0 }'
}

tap_sum() {
  awk '/^not ok/ || /^ok .*# skip/ { failed++; next } /^ok/ { passed++ } END { print passed + 0, failed + 0 }' "$1"
}

# add NAME STATUS PASSED FAILED: STATUS is that of the program that ran the suite.
add() {
  local name=$1 status=$2 passed=$3 failed=$4
  if ((passed + failed == 0)); then
    failed=1
    say "$name: ran no test, which counts as a failure"
  elif ((status != 0 && failed == 0)); then
    failed=1
    say "$name: $passed passed, and yet its runner ended with status $status, which counts as a failure"
  else
    say "$name: $passed passed, $failed failed"
  fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed))
}

# count_all MAVEN_STATUS BATS_STATUS STARTED
count_all() {
  local unit integration shell
  PASSED=0 FAILED=0
  read -ra unit <<<"$(junit_sum "$ROOT/target/surefire-reports")"
  read -ra integration <<<"$(junit_sum "$ROOT/target/failsafe-reports")"
  read -ra shell <<<"$(tap_sum "$BATS_LOG")"
  add "unit, property and architecture tests" "$1" "${unit[@]}"
  add "API server and end-to-end tests" "$1" "${integration[@]}"
  add "shell tests" "$2" "${shell[@]}"
  say "all of it took $(seconds_since "$3") s"
  printf '\n%s passed, %s failed\n' "$PASSED" "$FAILED"
  ((FAILED == 0))
}
