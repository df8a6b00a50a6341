#!/usr/bin/env bash
# make bench-cli: how long the command line takes from its start to its end, beside java -version. Fails where one of its commands takes
# longer than claimed, by the median of 20 runs.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUNS=20
MOST_MS=400

# median_of COMMAND…: milliseconds: median, fastest, slowest.
median_of() {
  local run begin
  for ((run = 0; run < RUNS; run++)); do
    begin=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null 2>&1 || return 1
    echo $(((${EPOCHREALTIME/[.,]/} - begin + 500) / 1000))
  done | sort -n | awk '{ all[NR] = $1 } END { if (NR == 0) exit 1; print int((all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2), all[1], all[NR] }'
}

# measure NAME COMMAND…: prints a line; sets MEDIAN.
measure() {
  local name=$1 fastest slowest
  shift
  read -r MEDIAN fastest slowest < <(median_of "$@") || fail "$* fails" "run it by hand: it says why"
  printf '    %-24s %4d ms  (%d to %d ms)\n' "$name" "$MEDIAN" "$fastest" "$slowest"
}

"$HERE/cli.sh"
JAVA_HOME=$("$HERE/jdk.sh")
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST KUBECONFIG=/dev/null
step "Start of the command line, median of $RUNS (load of this machine: $(cut -d ' ' -f 1 /proc/loadavg))"
measure "java -version" "$JAVA_HOME/bin/java" -version
slow=()
for command in "--help" "completion bash"; do
  read -ra words <<<"$command"
  measure "mayfly $command" "$BIN/mayfly" "${words[@]}"
  ((MEDIAN <= MOST_MS)) || slow+=("mayfly $command")
done
if timeout 10 docker version >/dev/null 2>&1; then
  measure "mayfly images -q" "$BIN/mayfly" images -q
  say "(of which most is the engine's; not judged)"
fi
((${#slow[@]} == 0)) || fail "slower than $MOST_MS ms: ${slow[*]}" "once more, on a machine that does nothing else"
say "each within $MOST_MS ms"
