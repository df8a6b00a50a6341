#!/usr/bin/env bats
# bats file_tags=cluster
# make demo-simulated, where no engine is: the operator works without one.
# Takes about 50 s.

load helpers

setup() { own_state; }

teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "the operator runs a thousand replicas, rolls out, heals and deletes on a machine without an engine" {
  "$HERE/demo-simulated.sh" >"$MAYFLY_LOCAL/out" 2>&1 3>&-
  grep "5 -> 1000 replicas" "$MAYFLY_LOCAL/out"
  grep "1000 replicas replaced" "$MAYFLY_LOCAL/out"
  grep "10 heals" "$MAYFLY_LOCAL/out"
  grep "nothing is left" "$MAYFLY_LOCAL/out"
  [ ! -e "$MAYFLY_LOCAL/simulated" ] # neither processes nor data stay
  [ -z "$(pgrep -f -- "--data-dir=$MAYFLY_LOCAL/simulated/kube")" ]
}
