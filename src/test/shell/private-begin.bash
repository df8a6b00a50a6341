# shellcheck shell=bash
# begin_private IMAGES: an engine with those images and nothing else, in mount and network namespaces of the caller's own.

pid() { cat "$MAYFLY_LOCAL/run/dockerd.pid"; }
gone() { [ ! -e "/proc/$1/exe" ]; }

begin_private() {
  mount -t tmpfs tmpfs /var/run
  mount -t tmpfs tmpfs /var/lib/docker
  mkdir -p /srv/mayfly && mount -t tmpfs -o mode=755 tmpfs /srv/mayfly
  ip link set lo up
  unset DOCKER_HOST
  "$HERE/engine.sh" up
  docker load -i "$1"
}
