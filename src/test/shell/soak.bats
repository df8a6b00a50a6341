#!/usr/bin/env bats
# The parts of `make soak` that run side by side end with it. Here each of them only waits.

load helpers

setup() {
  own_state
  SOAK=$MAYFLY_LOCAL/root/deploy/local
  mkdir -p "$SOAK"
  cp -r "$HERE/soak.sh" "$HERE/lib.sh" "$HERE/lib" "$SOAK"
  at_once histories.sh service-images.sh soak-pages.sh soak-engine29.sh soak-release.sh pod-tools.sh elastic.sh steady.sh contract.sh
  long fuzz.sh measure.sh
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

at_once() { script true "$@"; }

# Soak and ExecBench are over before the others begin.
long() {
  # shellcheck disable=SC2016  # the script's own
  script '[[ "${1:-}" =~ ^(Soak|pod.ExecBench)$ ]] || { echo $$ >"$MAYFLY_LOCAL/pid-${1:-fuzz}"; exec sleep 900; }' "$@"
}

# script LINE NAME…
script() {
  local name
  for name in "${@:2}"; do
    printf '#!/bin/bash\n%s\n' "$1" >"$SOAK/$name"
    chmod +x "$SOAK/$name"
  done
}

@test "one that is ended leaves no part running" {
  "$SOAK/soak.sh" >"$MAYFLY_LOCAL/out" 2>&1 3>&- &
  local soak=$! part
  for part in fuzz AuditSoak LifeSoak; do
    until [ -s "$MAYFLY_LOCAL/pid-$part" ]; do sleep 0.05; done
  done

  kill "$soak"
  wait "$soak" || true # it was ended

  for part in fuzz AuditSoak LifeSoak; do
    eventually ended "$(cat "$MAYFLY_LOCAL/pid-$part")" && continue
    kill "$(cat "$MAYFLY_LOCAL/pid-$part")"
    echo "$part runs on" && return 1
  done
}
