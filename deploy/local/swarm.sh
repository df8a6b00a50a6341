#!/usr/bin/env bash
# A Swarm of one node, to compare with: on a dockerd of its own, in its own network namespace, so that no other engine is changed.
#   swarm.sh up | down | host
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SWARM=$LOCAL/swarm
STATE=/run/mayfly-swarm # short: the path of a socket has 107 characters at most
SOCKET=unix://$STATE/docker.sock
PATTERN="--data-root=$SWARM"

host() { echo "$SOCKET"; }
engine() { DOCKER_HOST=$SOCKET docker "$@"; }
answers() { timeout 10 docker -H "$SOCKET" version >/dev/null 2>&1; } # no answer is an answer

up() {
  local start
  step "Swarm"
  is_root || fail "a Swarm of its own needs root" "sudo make bench-heal"
  prepare_state
  alive swarm "$PATTERN" || ! answers || fail "another run's Swarm is up on this machine" "wait for its end"
  down
  start=$(now_ms)
  start_engine
  docker -H "$("$HERE/engine.sh" host)" save busybox:1.36 | engine load -q | sed 's/^/    /'
  engine swarm init --advertise-addr 127.0.0.1 >/dev/null
  say "a Swarm of one node, dockerd $(engine info --format '{{.ServerVersion}}, {{.Driver}}'), after $(seconds_since "$start") s"
}

# The containerd of a killed dockerd dies a moment after it: a dockerd that starts within that moment would wait in vain for it.
start_engine() {
  await 10 "the end of the last containerd" eval "! pgrep -f $STATE/containerd/containerd.toml" || fail "a containerd of an earlier run does not end"
  mkdir -p "$SWARM" "$STATE"
  rm -f "$STATE/dockerd.pid" "$STATE/containerd/containerd.pid" # their numbers may be others' by now
  # shellcheck disable=SC2016  # the inner shell expands it
  daemon swarm unshare --net sh -c 'ip link set lo up && exec dockerd "$@"' dockerd "$PATTERN" --exec-root="$STATE" \
    --pidfile="$STATE/dockerd.pid" --host="$SOCKET" --containerd-namespace=mayfly-swarm --containerd-plugins-namespace=mayfly-swarm-plugins
  await 60 "the Swarm's dockerd" answers || fail "the Swarm's dockerd does not answer; its log is $LOG/swarm.log"
}

# Its containers outlive a dockerd that was killed: another one ends them.
down() {
  [ -d "$SWARM" ] || return 0
  alive swarm "$PATTERN" || start_engine
  engine swarm leave --force >/dev/null 2>&1 || true # a run that was cut off may not have made one
  engine ps -aq | xargs -r docker -H "$SOCKET" rm -f >/dev/null
  stop swarm "$PATTERN" 60
  # of a dockerd that was killed
  awk -v d="$SWARM" '$2 == d || index($2, d "/") == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
  rm -rf --one-file-system "$SWARM" "$STATE"
}

case ${1:-} in
  up | down | host) "$1" ;;
  *) fail "usage: swarm.sh up | down | host" ;;
esac
