#!/usr/bin/env bash
# rancher's local-path-provisioner, built from its Go module and deployed by its own manifest: for clusters with a node.
#   provisioner.sh build | up | down
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

MODULE=github.com/rancher/local-path-provisioner
# renovate: github.com/rancher/local-path-provisioner
VERSION=v0.0.30
PROGRAM=local-path-provisioner
IMAGE=rancher/$PROGRAM:$VERSION
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE

build() {
  prepare_state
  find_go "the provisioner"
  [ ! -x "$BIN/$PROGRAM" ] || return 0
  say "building $PROGRAM $VERSION from its Go module; once only, about 90 s"
  with_progress "building $PROGRAM" "$LOG/provisioner-build.log" \
    env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "$MODULE@$VERSION"
}

# As the module has it, but for the image of its helper Pods: the one that the node has.
manifest() { sed 's#image: busybox$#image: busybox:1.36#' "$(go env GOMODCACHE)/$MODULE@$VERSION/deploy/local-path-storage.yaml"; }

up() {
  step "Provisioner"
  build
  docker image inspect "$IMAGE" >/dev/null 2>&1 || # absent is an answer
    tar -C "$BIN" --owner=0 --group=0 -c "$PROGRAM" | docker import -c 'ENV PATH=/' - "$IMAGE" >/dev/null
  "$HERE/node.sh" import "$IMAGE"
  manifest | kubectl apply -f - | sed 's/^/    /'
  kubectl -n local-path-storage rollout status "deployment/$PROGRAM" --timeout=180s | sed 's/^/    /'
}

down() {
  find_go "the provisioner"
  manifest | kubectl delete --ignore-not-found -f - | sed 's/^/    /'
}

case ${1:-} in
  build | up | down) "$1" ;;
  *) fail "usage: provisioner.sh build | up | down" ;;
esac
