#!/usr/bin/env bash
# The Docker Engine: the one that is there is used as it is; on a bare machine, as root, it is installed and started.
#   engine.sh up | down | host
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DEFAULT=unix:///var/run/docker.sock

# The address that the docker command itself would use: DOCKER_HOST, the current context, the default socket.
host() {
  local context
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "$DOCKER_HOST"
  # an old or absent docker command has no contexts
  elif context=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) && [ -n "$context" ]; then
    echo "$context"
  elif [ -n "${DOCKER_CONTEXT:-}" ] && has docker; then
    fail "there is no Docker context $DOCKER_CONTEXT" "docker context ls    # shows those that there are" "unset DOCKER_CONTEXT"
  else
    echo "$DEFAULT"
  fi
}

socket() { host | sed -n 's#^unix://##p'; }
answer() { timeout 10 docker version --format '{{.Server.Version}}' 2>&1; }
answers() { answer >/dev/null; }

up() {
  local said
  step "Docker Engine"
  prepare_state
  if has docker && said=$(answer); then
    say "in use: $(host), version $said"
    return
  fi
  refuse_what_we_cannot_mend "${said:-}"
  if ! has dockerd; then
    apt_install docker.io
    # where there is an init system the package starts the daemon itself
    if [ -d /run/systemd/system ] && await 20 "the packaged daemon" answers; then
      say "in use: $(host), version $(answer), started by the system"
      return
    fi
  fi
  start
}

refuse_what_we_cannot_mend() {
  local socket
  socket=$(socket)
  [ -z "${DOCKER_HOST:-}" ] || ! has docker || fail "no Docker Engine answers at DOCKER_HOST=$DOCKER_HOST: $1" \
    "start it, or: unset DOCKER_HOST"
  if [ -S "$socket" ] && ! [ -w "$socket" ]; then
    fail "you ($(id -un)) may not talk to the Docker Engine: permission denied on $socket" \
      "sudo usermod -aG docker \$USER" "then log in again (or run: newgrp docker)"
  fi
  # a dockerd that we start would answer at the default address only
  [ "$(host)" = "$DEFAULT" ] || fail "no Docker Engine answers at $(host): $1" \
    "start it, or: unset DOCKER_HOST DOCKER_CONTEXT; docker context use default"
  is_root || fail "no Docker Engine runs here" "sudo make up    # installs Docker if it is absent, and starts it"
}

start() {
  local start
  start=$(now_ms)
  forget_dead_daemon
  daemon dockerd dockerd
  if ! await 120 "dockerd" answers; then
    tail -n 15 "$LOG/dockerd.log" >&2
    fail "dockerd does not answer; its log is $LOG/dockerd.log"
  fi
  say "started dockerd $(answer) (pid $(cat "$RUN/dockerd.pid")) in $(seconds_since "$start") s; log $LOG/dockerd.log"
}

# A killed dockerd leaves pid files; when such a number belongs to another process by now, the next dockerd refuses to start.
# Its containerd dies a moment after it: a dockerd that starts within that moment would wait in vain for it.
forget_dead_daemon() {
  local containerd=/var/run/docker/containerd/containerd.pid
  names /var/run/docker.pid dockerd || rm -f /var/run/docker.pid
  await 30 "the end of the last containerd" eval "! names $containerd containerd" || say "containerd of an earlier dockerd still runs"
  names "$containerd" containerd || rm -f "$containerd"
}

# names FILE PROGRAM: the pid in the file is a running process of that program.
names() { [ -s "$1" ] && [ "$(tr '\0' '\n' <"/proc/$(cat "$1")/cmdline" | head -n 1 | sed 's#.*/##')" = "$2" ]; } 2>/dev/null # it may end meanwhile

# Only the daemon that `up` started; its containerd ends with it.
down() {
  if alive dockerd dockerd; then
    step "Docker Engine"
    stop dockerd dockerd 60
  fi
  rm -f "$RUN/dockerd.pid"
}

case ${1:-} in
  up | down | host) "$1" ;;
  *) fail "usage: engine.sh up | down | host" ;;
esac
