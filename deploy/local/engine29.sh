#!/usr/bin/env bash
# Docker Engine 29, built from its Go modules, beside the engine that is there: on a machine of its own, as far as namespaces make
# one (mounts, network, processes), with containerd's image store. Neither engine sees the other's containers, bridges or firewall.
#   engine29.sh build             dockerd, docker-proxy and runc, once; minutes
#   engine29.sh up [IMAGE…]       starts it, with these images of the engine that is there
#   engine29.sh host              its address
#   engine29.sh run COMMAND…      on its machine, where DOCKER_HOST is this engine and dockerd this version
#   engine29.sh down              ends it, and removes all that it had
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# renovate: github.com/moby/moby/v2
MOBY_VERSION=v2.0.0-beta.24 # of the Go module; the engine calls itself 29
# renovate: github.com/opencontainers/runc
RUNC_VERSION=v1.3.4 # Debian 12's knows no time namespaces, which the engine asks for
DIR=$LOCAL/engine29
PROGRAMS=$DIR/bin
# Below /run, since the path of a socket has 107 characters at most.
SOCKETS=/run/mayfly-$(cksum <<<"$LOCAL" | cut -d ' ' -f 1)
DOCKER_SOCKET=$SOCKETS/docker.sock
MACHINE="engine29.sh machine $DIR"

build() {
  prepare_state
  ! is_built || return 0
  is_root || fail "the engine runs as root, and so do the tests that need it" "sudo make test"
  find_go "Docker Engine 29"
  apt_install gcc libc6-dev libseccomp-dev pkg-config containerd
  with_progress "building Docker Engine 29 from its Go modules; once only" "$LOG/engine29-build.log" compile
}

is_built() { [ "$(cat "$PROGRAMS/versions" 2>/dev/null)" = "$MOBY_VERSION $RUNC_VERSION" ]; } # absent is an answer

compile() {
  export GOBIN=$PROGRAMS GOGC=400 GOMEMLIMIT=1500MiB # as in kube.sh
  CGO_ENABLED=0 go install -trimpath -buildvcs=false -tags 'exclude_graphdriver_btrfs no_btrfs exclude_disk_quota' \
    -ldflags '-s -w -X github.com/moby/moby/v2/dockerversion.Version=29.0-local' \
    "github.com/moby/moby/v2/cmd/dockerd@$MOBY_VERSION" "github.com/moby/moby/v2/cmd/docker-proxy@$MOBY_VERSION"
  CGO_ENABLED=1 go install -trimpath -buildvcs=false -tags seccomp -ldflags '-s -w' "github.com/opencontainers/runc@$RUNC_VERSION"
  echo "$MOBY_VERSION $RUNC_VERSION" >"$PROGRAMS/versions"
}

host() { echo "unix://$DOCKER_SOCKET"; }
runs() { alive engine29 "$MACHINE"; }
answers() {
  runs || return "$HOPELESS"
  DOCKER_HOST=$(host) timeout 10 docker version
}

up() {
  local start
  build
  step "Docker Engine 29, beside the other"
  if ! runs; then
    start=$(now_ms)
    mkdir -p "$SOCKETS" "$DIR/data"
    : >"$LOG/engine29.log"
    daemon engine29 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$HERE/engine29.sh" machine "$DIR"
    if ! await 60 "Docker Engine 29" answers; then
      tail -n 15 "$LOG/engine29.log" >&2
      fail "Docker Engine 29 does not answer; its log is $LOG/engine29.log"
    fi
    say "started $(version) in $(seconds_since "$start") s; log $LOG/engine29.log"
  fi
  give "$@"
}

version() { DOCKER_HOST=$(host) docker version --format '{{.Server.Version}}, API {{.Server.APIVersion}}'; }

# give IMAGE…: those that it lacks.
give() {
  local image absent=()
  for image in "$@"; do
    DOCKER_HOST=$(host) docker image inspect "$image" >/dev/null 2>&1 || absent+=("$image") # absent is an answer
  done
  ((${#absent[@]})) || return 0
  DOCKER_HOST=$("$HERE/engine.sh" host) docker save "${absent[@]}" | DOCKER_HOST=$(host) docker load | sed 's/^/    /'
}

# machine: the first process of the engine's machine. It has the engine's orphans, such as shims, and ends them with itself.
machine() {
  ip link set lo up
  # a way to the address of clouds' metadata services, so that what closes it is what packets meet
  ip link add outside type veth peer name nowhere
  ip link set outside up
  ip link set nowhere up
  ip route add 169.254.0.0/16 dev outside
  ip route add 192.0.2.0/24 dev outside # the same for an address of the outside
  # this machine's interfaces, in place of those of the machine around it
  mkdir -p "$SOCKETS/sys"
  mount -t sysfs none "$SOCKETS/sys"
  mount --rbind /sys/fs/cgroup "$SOCKETS/sys/fs/cgroup"
  mount --move "$SOCKETS/sys" /sys
  exec_dockerd &
  trap 'kill "$!"' TERM
  wait "$!"
}

exec_dockerd() {
  exec env PATH="$PROGRAMS:$PATH" dockerd --host="$(host)" --data-root="$DIR/data" --exec-root="$SOCKETS/exec" --pidfile="$SOCKETS/pid"
}

# run COMMAND…: in the directory of the caller.
run() {
  runs || fail "Docker Engine 29 does not run" "$0 up"
  local first
  first=$(pgrep -P "$(cat "$RUN/engine29.pid")")
  exec nsenter --target "$first" --mount --net --pid env -C "$PWD" PATH="$PROGRAMS:$PATH" DOCKER_HOST="$(host)" "$@"
}

# down: the engine removes its containers first, since their cgroups outlive the namespaces.
down() {
  local containers
  adopt engine29 "$MACHINE" "$DIR"
  if runs; then
    step "Docker Engine 29"
    # an engine that does not answer any more goes with its machine
    mapfile -t containers < <(DOCKER_HOST=$(host) timeout 10 docker ps -aq 2>/dev/null)
    ((${#containers[@]} == 0)) || DOCKER_HOST=$(host) timeout 60 docker rm -fv "${containers[@]}" >/dev/null || say "containers are killed"
    stop engine29 "$MACHINE" 1
  fi
  rm -rf "$SOCKETS" "$DIR/data"
}

case ${1:-} in
  build | up | host | run | machine | down) "$@" ;;
  *) fail "usage: engine29.sh build | up [IMAGE…] | host | run COMMAND… | down" ;;
esac
