# shellcheck shell=bash
# Adds up the reports of surefire, failsafe and bats. A skipped test, and a suite that ran no test, count as failed.

# junit_files DIR: the reports there, each ended by NUL. None is found when Maven ended before this suite.
junit_files() { find "$1" -name 'TEST-*.xml' -print0 2>/dev/null | sort -z; }

# junit_reports DIR TEMPLATE…: what the xmlstarlet template selects in the reports there.
junit_reports() {
  # it ends with 1 where nothing is selected, and names a report that is no XML: junit_sum counts those
  junit_files "$1" | xargs -0 -r xmlstarlet sel -T -t "${@:2}" || true
}

# junit_sum DIR: "passed failed" of the reports there. One that can't be read, as of a JVM that was killed, is a failure.
junit_sum() {
  local files
  files=$(junit_files "$1" | tr -cd '\0' | wc -c)
  junit_reports "$1" -m /testsuite -v @tests -o ' ' -v '@errors + @failures + @skipped' -n |
    awk -v files="$files" '{ passed += $1 - $2; failed += $2 } END { print passed + 0, failed + files - NR }'
}

# junit_failures DIR: a line for each test of the reports there that failed: its name, and what was wrong: the message's beginning and
# end, since a command's output comes before what was wrong with it. Not every exception has a message: its type and our line of code.
junit_failures() {
  local what='(failure | error | skipped)' line=$'\n'
  junit_reports "$1" -m '//testcase[failure or error or skipped]' -v "concat(@classname, '.', @name, ': ')" \
    -v "normalize-space(concat(name($what), ' ', $what/@type, ' ', $what/@message, ' ',
      substring-before(substring-after(concat($what, '$line'), '	at dev.mayfly.'), '$line')))" -n |
    awk 'length($0) > 800 { $0 = substr($0, 1, 300) " … " substr($0, length($0) - 499) } { print }'
}

tap_failures() {
  grep -E '^not ok|^ok .*# skip' "$1" || true # none is an answer
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

# failures_of DIR…: what failed, by name, close to the end, where whoever reads only that finds it.
failures_of() {
  local dir line
  {
    for dir in "$@"; do junit_failures "$dir"; done
    tap_failures "$BATS_LOG"
  } | while read -r line; do say "failed: $line"; done
}

# slowest DIR…: the 25 test classes and files of stories that took longest.
slowest() {
  local dir file
  {
    for dir in "$@"; do junit_reports "$dir" -m /testsuite -v "concat(translate(@time, ',', ''), ' ', @name)" -n; done
    for file in "$STORIES"/*.seconds; do
      [ ! -e "$file" ] || echo "$(cat "$file") $(basename "$file" .seconds)"
    done
  } | sort -rn | awk 'NR <= 25 { printf "    %7.1f s  %s\n", $1, $2 }'
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
  say "the slowest:"
  slowest "$ROOT/target/surefire-reports" "$ROOT/target/failsafe-reports"
  failures_of "$ROOT/target/surefire-reports" "$ROOT/target/failsafe-reports"
  say "all of it took $(seconds_since "$3") s"
  printf '\n%s passed, %s failed\n' "$PASSED" "$FAILED"
  ((FAILED == 0))
}
