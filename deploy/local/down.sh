#!/usr/bin/env bash
# make down: removes our resources, their leftovers on the engine, and all that `up` started. Keeps what was there before.
# A step that fails stops no other one: it is named at the end, and the exit code is 1.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
one_at_a_time "$0" "$@"
# shellcheck source=deploy/local/resources.sh
source "$HERE/resources.sh"

TROUBLE=()

# attempt WHAT COMMAND…: runs it by the rules of this script (set -e, which a condition would switch off), and goes on if it fails.
attempt() {
  local what=$1 status
  shift
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  ((status == 0)) || TROUBLE+=("$what")
}

answers_engine() { DOCKER_HOST=$("$HERE/engine.sh" host) timeout 10 docker version >/dev/null 2>&1; } # no answer is an answer

# only_networks_stay: on an engine that `up` started and on which nothing runs. It counts endpoints that are gone, and keeps their
# network, until it starts anew (moby#42119).
only_networks_stay() {
  local rest
  [ -z "${DOCKER_HOST:-}" ] && [ -s "$LOCAL/clusters" ] && alive dockerd dockerd && answers_engine || return 1
  rest=$(DOCKER_HOST=$("$HERE/engine.sh" host) docker ps -q) || return 1
  [ -z "$rest" ] || return 1
  rest=$(xargs "$HERE/sweep.sh" list <"$LOCAL/clusters") || return 1
  [ -n "$rest" ] && ! grep -qvE '^(network|chain) ' <<<"$rest"
}

restart_engine() {
  say "the engine keeps a network that nothing is in until it starts anew (moby#42119): it is restarted"
  "$HERE/engine.sh" down
  "$HERE/engine.sh" up
}

# sweep: what stays although the engine answers is named; an engine that is dead is asked again by the next `make down`.
sweep() {
  attempt "leftovers on engine and machine: see above" "$HERE/sweep.sh"
  if only_networks_stay; then
    attempt "a restart of the Docker Engine that up started: see $LOG/dockerd.log" restart_engine
    attempt "leftovers on engine and machine: see above" "$HERE/sweep.sh"
  fi
  if [ -s "$LOCAL/clusters" ] && answers_engine; then
    TROUBLE+=("of cluster $(paste -sd ' ' "$LOCAL/clusters"): see \"left of cluster\" above")
  fi
}

end_cluster() {
  if ((unread)); then
    "$HERE/cluster.sh" halt
  else
    "$HERE/cluster.sh" down
    [ "$kind" = k3s ] || rm -f "$LOCAL/ended" # no Lease is left
  fi
}

show_leftovers() {
  local status=0
  ((${#ids[@]})) || return 0
  step "Left over"
  if [ "$kind" = k3s ] || ((unread)); then
    "$HERE/leftovers.sh" "${ids[@]}" || status=$?
  else # that cluster goes with all that is in it
    KUBECONFIG=/dev/null "$HERE/leftovers.sh" "${ids[@]}" || status=$?
  fi
  case $status in
    0) ;;
    1) say "this is still there; make down tries again" ;;
    *) say "not everything could be looked at: make leftovers, once it can" ;;
  esac
}

export KUBECONFIG=$KUBECONFIG_FILE
prepare_state
kind=$("$HERE/cluster.sh" kind)
attempt "resources in the cluster" delete_resources
step "Operator"
attempt "the operator: see $LOG/operator.log" "$HERE/operator.sh" down
if [ -d "$LOCAL/helm" ]; then attempt "the operator's release: helm -n mayfly-system status mayfly" "$HERE/helm.sh" down; fi
unread=0
remember_pulled || unread=1
mapfile -t ids < <(sort -u "$LOCAL/clusters" 2>/dev/null) # nothing was ever up
sweep
((!unread)) || printf '%s\n' "${ids[@]}" >"$LOCAL/clusters" # the next down asks for their images again
if [ -d "$LOCAL/metrics-server" ]; then attempt "metrics-server: see $LOG/metrics-server.log" "$HERE/metrics-server.sh" down; fi
if [ -d "$LOCAL/node" ]; then attempt "the node: $LOCAL/node" "$HERE/node.sh" down; fi
if [ -d "$LOCAL/engine29/data" ]; then attempt "Docker Engine 29: see $LOG/engine29.log" "$HERE/engine29.sh" down; fi
attempt "the Swarm of make bench-heal: $LOCAL/swarm" "$HERE/swarm.sh" down
if [ "$kind" = k3s ] && ((!unread)); then # what remembers the images came with it
  step "The parts that up started"
  attempt "what up applied to the k3s" withdraw
fi
show_leftovers
step "Cluster"
attempt "the cluster: see $LOG/cluster.log" end_cluster
attempt "the Docker Engine that up started: see $LOG/dockerd.log" "$HERE/engine.sh" down

step "Kept"
say "$LOCAL/bin, $LOCAL/engine29 and $LOG (delete them freely), Maven's and Go's caches, the sample images"
kept_packages
if ((${#TROUBLE[@]})); then
  fail "not everything could be taken down; all else is gone. Left:" "${TROUBLE[@]}" "Once nothing uses it any more: make down"
fi
printf '\nMayfly is down.\n'
