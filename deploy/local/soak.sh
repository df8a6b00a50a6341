#!/usr/bin/env bash
# soak.sh: the long figures and stories. Histories, figures and the tests against Docker Engine 29 run one after the other, since
# they are measured or busy; then inputs, the audit and the stories of a replica's life side by side, since two of them wait and the
# third has what they leave. Runs all parts, whatever one of them says; ends with 1 if one of them failed.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

failed=()

# part NAME COMMAND…
part() {
  local name=$1
  shift
  "$@" || failed+=("$name")
}

# beside NAME COMMAND…: starts the part in the background; its output goes to a log.
declare -A running
trap 'kill "${running[@]}" 2>/dev/null || true' EXIT # they would go on for an hour; they may have ended by themselves
beside() {
  local name=$1
  shift
  "$@" >"$LOG/soak-$name.log" 2>&1 </dev/null &
  running[$name]=$!
}

prepare_state
part histories "$HERE/histories.sh"
part figures "$HERE/measure.sh" Soak
part exec "$HERE/measure.sh" pod.ExecBench
"$HERE/service-images.sh"
part pages "$HERE/soak-pages.sh"
part engine29 "$HERE/soak-engine29.sh"
part release "$HERE/soak-release.sh"
part pod-tools "$HERE/pod-tools.sh" run

if is_root; then
  part elastic "$HERE/elastic.sh"
  part steady "$HERE/steady.sh"
  part contract "$HERE/contract.sh"
else
  say "without root neither an autoscaler nor a Service is tried: sudo make soak"
fi

step "Foreign input for an hour, the audit for an hour, the stories of a replica's life; side by side"
export MAYFLY_IS_UP=1 MAYFLY_IS_COMPILED=1
beside input nice -n 19 "$HERE/fuzz.sh"
beside audit "$HERE/measure.sh" AuditSoak
beside life "$HERE/measure.sh" LifeSoak
for name in life audit input; do
  part "$name" wait "${running[$name]}"
  unset "running[$name]"
  sed 's/^/    /' "$LOG/soak-$name.log"
done

step "Result"
((${#failed[@]} == 0)) || fail "make soak found something in: ${failed[*]}" "the output above says what; $LOG has the logs"
say "all as it must be"
