#!/usr/bin/env bash
# make leftovers: what is left of ours on engine, host and cluster. Exit code: 0 nothing, 1 something, 2 could not look.
#   leftovers.sh [CLUSTER…]: of these clusters only. Without a built jar, by the shell alone.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST

built() { [ -x "$BIN/mayfly" ] && "$BIN/mayfly" --version >/dev/null 2>&1; } # without its jars it says so

# By the shell alone: engine and host.
listed() {
  local found
  timeout 10 docker version >/dev/null 2>&1 || { say "the engine does not answer" && return 2; } # no answer is an answer
  found=$("$HERE/sweep.sh" list "$@")
  if [ -n "$found" ]; then
    say "${found//$'\n'/$'\n'    }"
    return 1
  fi
  if [ "${KUBECONFIG:-/dev/null}" != /dev/null ]; then
    say "nothing on engine and machine; the cluster was not looked at: make cli builds the command that does"
    return 2
  fi
  say "nothing is left over"
}

if built; then
  options=()
  for cluster in "$@"; do options+=(--filter "cluster=$cluster"); done
  (($#)) || [ ! -s "$KUBECONFIG_FILE" ] || options+=(--kubeconfig "$KUBECONFIG_FILE")
  found=$("$BIN/mayfly" leftovers "${options[@]}") || exit 2 # it has said what it could not look at
  [ -z "$found" ] || { echo "$found" && exit 1; }
elif (($#)); then
  listed "$@"
else
  mapfile -t ids < <(sort -u "$LOCAL/clusters" 2>/dev/null) # nothing was ever up
  say "looked for by the shell alone, in the clusters that were up here; make cli builds the command that sees all"
  listed "${ids[@]}"
fi
