#!/usr/bin/env bats
# bats file_tags=engine
# The output of the demo can be read.

load helpers

setup() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  # shellcheck source=/dev/null
  source "$HERE/demo/show.sh"
  # shellcheck source=/dev/null
  source "$HERE/demo/replicas.sh"
  # shellcheck source=/dev/null
  source "$HERE/demo/hello.sh"
  CLUSTER=feedfeedfeed
}

teardown() {
  docker ps -aq --filter label=mayfly-test-demo | xargs -r docker rm -fv
  rm -rf "$MAYFLY_LOCAL"
}

# There is no API server in these stories: it says what was asked for as JSON, nothing else.
kubectl() { [[ $* != *jsonpath* ]] || echo "Hello Docker"; }

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
    [ "$(column "$locale" "scale 3 → 20")" = "$(column "$locale" "scale 3 - 20")" ]
  done
}

@test "the tables show our cluster's replicas, and not another one's of the same name" {
  reported() { true; }
  replica mayfly-test-ours "$CLUSTER"
  replica mayfly-test-theirs beefbeefbeef
  run tables web 1
  [ "$status" = 0 ]
  [[ $output == *"docker ps --filter label=mayfly.dev/cluster=$CLUSTER --filter label=mayfly.dev/name=web "* ]]
  [[ $output == *mayfly-test-ours* ]]
  [[ $output != *mayfly-test-theirs* ]]
}

@test "the task's step shows its output, and that nothing is left of it" {
  cd "$ROOT"
  run hello
  [ "$status" = 0 ]
  [[ $output == *"      Hello Docker"* ]]
  [[ $output == *"docker ps -aq --filter label=mayfly.dev/cluster=$CLUSTER --filter label=mayfly.dev/name=hello | wc -l
      0"* ]]
}
