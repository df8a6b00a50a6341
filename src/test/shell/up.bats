#!/usr/bin/env bats
# bats file_tags=engine
# make up: may be run again at any time, after any accident.
# Takes about 40 s.

load helpers

setup_file() {
  own_state
  make_quietly up
}
teardown_file() { drop_state; }

@test "a second make up takes seconds and is still one operator" {
  local pid
  pid=$(pid_of operator)
  SECONDS=0
  run make -C "$ROOT" up
  [ "$status" = 0 ]
  [[ $output != *"building the operator"* ]]
  ((SECONDS < 100))
  [ "$(pid_of operator)" = "$pid" ]
  [ "$(operators)" = 1 ]
}

@test "a killed operator is started again" {
  local pid
  pid=$(pid_of operator)
  kill_hard operator
  make_quietly up
  [ "$(pid_of operator)" != "$pid" ]
  [ "$(operators)" = 1 ]
  grep -q . "$MAYFLY_LOCAL/log/operator.log.1"
}

@test "two at once start one operator" {
  local first second
  kill_hard operator
  make_quietly up &
  first=$!
  make_quietly up &
  second=$!
  wait "$first"
  wait "$second"
  [ "$(operators)" = 1 ]
  grep -q . "/proc/$(pid_of operator)/cmdline"
}

@test "a stale pid file, and one whose pid was reused, are ignored" {
  kill_hard operator
  echo $$ >"$MAYFLY_LOCAL/run/operator.pid"
  make_quietly up
  [ "$(operators)" = 1 ]
  [ "$(pid_of operator)" != $$ ]
}

@test "a lost pid file does not make a second operator" {
  local pid
  pid=$(pid_of operator)
  rm "$MAYFLY_LOCAL/run/operator.pid"
  run make -C "$ROOT" up
  [ "$(operators)" = 1 ]
  [ "$(pid_of operator)" = "$pid" ]
}

@test "a killed API server comes back as the same cluster" {
  local uid
  uid=$(kubectl get namespace kube-system -o 'jsonpath={.metadata.uid}')
  kubectl create configmap keepsake --from-literal=a=b
  kill_hard cluster
  eventually flock -n "$MAYFLY_LOCAL/run/cluster.lock" true # its components have ended as well
  run kubectl get --raw=/readyz --request-timeout=2s
  [ "$status" != 0 ]
  make_quietly up
  [ "$(kubectl get namespace kube-system -o 'jsonpath={.metadata.uid}')" = "$uid" ]
  [ "$(kubectl get configmap keepsake -o 'jsonpath={.data.a}')" = b ]
}

@test "a port that another process took meanwhile is abandoned" {
  local port stranger
  port=$(cat "$MAYFLY_LOCAL/run/cluster.port")
  kill_hard cluster
  eventually flock -n "$MAYFLY_LOCAL/run/cluster.lock" true # its components have ended as well
  listen "$port"
  stranger=$!
  make_quietly up
  [ "$(cat "$MAYFLY_LOCAL/run/cluster.port")" != "$port" ]
  kubectl get namespace default
  kill "$stranger"
}
