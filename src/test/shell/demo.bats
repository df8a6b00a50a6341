#!/usr/bin/env bats
# bats file_tags=engine
# The output of the demo can be read.

load helpers

setup() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  for part in show replicas story; do
    # shellcheck source=/dev/null
    source "$HERE/demo/$part.sh"
  done
  CLUSTER=feedfeedfeed
}

teardown() {
  docker ps -aq --filter label=mayfly-test-demo | xargs -r docker rm -fv
  rm -rf "$MAYFLY_LOCAL"
}

# There is no API server in these stories: it says what was asked for as JSON, nothing else.
kubectl() { [[ $* != *jsonpath* ]] || printf 'Hello Docker'; }

# replica NAME CLUSTER: a running container of the workload web there.
replica() {
  docker run -d --name "$1" --network none --label mayfly-test-demo --label "mayfly.dev/cluster=$2" --label mayfly.dev/name=web \
    busybox:1.36 tail -f /dev/null
}

# column LOCALE WHAT: where the figure stands, in characters.
column() {
  local line
  line=$(LC_ALL=$1 row "$2" FIGURE)
  line=${line%FIGURE} line=${line//→/x}
  echo ${#line}
}

@test "figures stand below one another, with arrows and without, in any locale" {
  for locale in C C.UTF-8; do
    [ "$(column "$locale" "3 → 20")" = "$(column "$locale" "3 - 20")" ]
  done
}

@test "our cluster's replicas are counted, and not another one's of the same name" {
  replica mayfly-test-ours "$CLUSTER"
  replica mayfly-test-theirs beefbeefbeef
  reached web 1
  run name_of "$(running web)"
  [ "$output" = mayfly-test-ours ]
}

@test "the task's step shows its output below its command" {
  cd "$ROOT"
  run task
  [ "$status" = 0 ]
  [[ $output == *"\$ kubectl get et hello "*"
      Hello Docker" ]]
}

@test "a command that fails ends the demo, and its output is named" {
  run silently "echo no such thing; false"
  [ "$status" = 1 ]
  [[ $output == *"this failed: echo no such thing; false"*"$LOG/demo.log"* ]]
  grep -x "no such thing" "$LOG/demo.log"
}

@test "long lines of output are broken between words" {
  run show "printf 'word %.0s' {1..40}"
  [ "$(wc -L <<<"$output")" -le 106 ]
  [[ $output != *"wo"$'\n'* ]]
}
