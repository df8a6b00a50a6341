#!/usr/bin/env bash
# make bench-cli: how long the command line takes from its start to its end, beside java -version. Fails where one of its commands takes
# longer than claimed, by the median of 20 runs.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUNS=20
MOST_MS=400

# Milliseconds of one run: from start to end, and of the processors' time.
timed() {
  local LC_ALL=C TIMEFORMAT='%3R %3U %3S'
  { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print int($1 * 1000), int(($2 + $3) * 1000) }'
}

# The middle of the numbers in the input.
median() { sort -n | awk '{ all[NR] = $1 } END { print int((all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2) }'; }

"$HERE/cli.sh"
JAVA_HOME=$("$HERE/jdk.sh")
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST KUBECONFIG=/dev/null
commands=("$JAVA_HOME/bin/java -version" "$BIN/mayfly --help" "$BIN/mayfly completion bash" "$BIN/mayfly --version")
if timeout 10 docker version >/dev/null 2>&1; then
  commands+=("$BIN/mayfly images -q" "$BIN/mayfly ps")
else
  say "no engine answers, so mayfly images -q and ps are not measured"
fi
if kubectl --kubeconfig="$KUBECONFIG_FILE" --request-timeout=5s get --raw /version >/dev/null 2>&1; then
  commands+=("$BIN/mayfly ps --kubeconfig=$KUBECONFIG_FILE")
else
  say "no API server answers, so what reads the cluster is not measured"
fi
FIGURES=$(mktemp -d)
trap 'rm -rf "$FIGURES"' EXIT
step "Start of the command line, median of $RUNS (load of this machine: $(cut -d ' ' -f 1 /proc/loadavg))"
for ((run = 0; run < RUNS; run++)); do # in turn: what else the machine does concerns all of them
  for index in "${!commands[@]}"; do
    read -ra words <<<"${commands[index]}"
    timed "${words[@]}" >>"$FIGURES/$index" || fail "${commands[index]} fails" "run it by hand: it says why"
  done
done
slow=()
for index in "${!commands[@]}"; do
  name=${commands[index]/#"$BIN/"/} name=${name/#"$JAVA_HOME/bin/"/} name=${name/%"=$KUBECONFIG_FILE"/}
  wall=$(cut -d ' ' -f 1 "$FIGURES/$index" | median)
  printf '    %-24s %4d ms, of which the processors worked %d ms\n' "$name" "$wall" "$(cut -d ' ' -f 2 "$FIGURES/$index" | median)"
  ((wall <= MOST_MS)) || slow+=("$name")
done
((${#slow[@]} == 0)) || fail "slower than $MOST_MS ms: $(printf '%s; ' "${slow[@]}")" "once more, on a machine that does nothing else"
say "each within $MOST_MS ms"
