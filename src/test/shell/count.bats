#!/usr/bin/env bats
# The last line of `make test` is the truth about the reports.

load helpers

setup() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  # shellcheck source=/dev/null
  source "$HERE/test-count.sh"
  ROOT=$MAYFLY_LOCAL BATS_LOG=$MAYFLY_LOCAL/bats.tap
  export STORIES=$MAYFLY_LOCAL/stories
  mkdir -p "$ROOT/target/surefire-reports" "$ROOT/target/failsafe-reports" "$STORIES"
  report surefire A 5 0 0 0
  report failsafe B 3 0 0 0
  printf '1..2\nok 1 a\nok 2 b\n' >"$BATS_LOG"
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

# report SUITE NAME TESTS ERRORS SKIPPED FAILURES: as surefire writes it.
report() {
  printf '<?xml version="1.0"?>\n<testsuite xmlns:xsi="x" version="3.0" name="%s" time="0.1" tests="%s" errors="%s" skipped="%s" failures="%s">\n</testsuite>\n' \
    "${@:2}" >"$ROOT/target/$1-reports/TEST-$2.xml"
}

# As make test does it: any command that fails ends it.
count() {
  run bash -c 'source "$1/lib.sh"; source "$1/test-count.sh"; ROOT=$2 BATS_LOG=$3; count_all "${@:4}"' - "$HERE" "$ROOT" "$BATS_LOG" "$@"
}

last_line() { echo "${lines[-1]}"; }

@test "all that passed is added up" {
  count 0 0 "$(now_ms)"
  [ "$status" = 0 ]
  [ "$(last_line)" = "10 passed, 0 failed" ]
}

@test "errors, failures and skipped tests are failures" {
  report surefire C 9 1 2 3
  count 0 0 "$(now_ms)"
  [ "$status" = 1 ]
  [ "$(last_line)" = "13 passed, 6 failed" ]
}

@test "a suite without reports is a failure" {
  rm -r "$ROOT/target/failsafe-reports"
  count 0 0 "$(now_ms)"
  [ "$status" = 1 ]
  [ "$(last_line)" = "7 passed, 1 failed" ]
}

@test "a report that is cut off is a failure" {
  printf '<testsuite name="C" tests="3" errors="0" skipped="0" failures="0">\n<testcase' >"$ROOT/target/failsafe-reports/TEST-C.xml"
  count 0 0 "$(now_ms)"
  [ "$status" = 1 ]
  [ "$(last_line)" = "10 passed, 1 failed" ]
}

@test "a runner that fails without a failed test is a failure" {
  count 1 0 "$(now_ms)"
  [ "$status" = 1 ]
}

@test "a failed and a skipped shell test are failures" {
  printf '1..3\nok 1 a\nnot ok 2 b\nok 3 c # skip no reason\n' >"$BATS_LOG"
  count 0 1 "$(now_ms)"
  [ "$(last_line)" = "9 passed, 2 failed" ]
}

@test "the duration is printed first" {
  count 0 0 $(($(now_ms) - 61000))
  [[ ${lines[-2]} == *"all of it took "[6-9][0-9].?" s" ]]
  [ "$(last_line)" = "10 passed, 0 failed" ]
}

@test "the 25 slowest classes and files of stories are named, the slowest first" {
  local seconds
  echo 300 >"$STORIES/b.bats.seconds"
  for seconds in {101..130}; do
    printf '<testsuite name="dev.C%s" time="%s.5" tests="1" errors="0" skipped="0" failures="0"/>' "$seconds" "$seconds" \
      >"$ROOT/target/failsafe-reports/TEST-C$seconds.xml"
  done
  printf '<testsuite name="dev.Long" time="1,000.5" tests="1" errors="0" skipped="0" failures="0"/>' >"$ROOT/target/surefire-reports/TEST-L.xml"
  count 0 0 "$(now_ms)"
  [[ "$output" == *"1000.5 s  dev.Long"*"300.0 s  b.bats"*"130.5 s  dev.C130"*"108.5 s  dev.C108"* ]]
  [[ "$output" != *dev.C107* ]]
}

@test "failures are printed last, with their messages" {
  cat >"$ROOT/target/failsafe-reports/TEST-C.xml" <<'XML'
<testsuite name="C" tests="3" errors="1" skipped="0" failures="1">
  <testcase name="good" classname="C"/>
  <testcase name="bad" classname="C"><failure message="expected: &lt;1&gt;&#10; but was: &lt;2&gt;" type="E">E
	at java.util.List(L.java:1)
	at dev.mayfly.C.bad(C.java:7)
	at dev.mayfly.C.all(C.java:8)
</failure></testcase>
  <testcase name="" classname="D"><error message="no cluster" type="E">at D</error></testcase>
</testsuite>
XML
  printf '1..2\nok 1 a\nnot ok 2 it breaks\n' >"$BATS_LOG"
  count 0 1 "$(now_ms)"
  [[ "$output" == *"failed: C.bad: failure E expected: <1> but was: <2> C.bad(C.java:7)"* ]]
  [[ "$output" == *"failed: D.: error E no cluster"* ]]
  [[ "$output" == *"failed: not ok 2 it breaks"* ]]
  [[ "$output" != *C.good* ]]
  [ "$(last_line)" = "10 passed, 3 failed" ]
}
