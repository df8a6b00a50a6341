#!/usr/bin/env bash
# The local cluster, chosen once: a reachable k3s, else rancher/k3s as a container, else Kubernetes built here.
#   cluster.sh up | down | kind | holds | again | halt
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/cluster-built.sh
source "$HERE/cluster-built.sh"
# shellcheck source=deploy/local/cluster-k3s.sh
source "$HERE/cluster-k3s.sh"

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
export KUBECONFIG=$KUBECONFIG_FILE
CHOICE=$LOCAL/cluster # which of the three: k3s, container or built

answers() { kubectl get --raw=/readyz --request-timeout=5s >/dev/null 2>&1; } # no answer is an answer
usable() { answers && kubectl get serviceaccount default --namespace=default --request-timeout=5s; }

kind() { if [ -s "$CHOICE" ]; then cat "$CHOICE"; fi; }

up() {
  step "Cluster"
  prepare_state
  case $(kind) in
    k3s) k3s_use || fail "the k3s of earlier runs does not answer any more" "start it, or: make down && make up" ;;
    container) container_up || fail "the container $CONTAINER does not become ready" "make down && make up" ;;
    built)
      "$HERE/kube.sh" build
      built_up
      ;;
    *) choose ;;
  esac
  say "Kubernetes $(kubectl get --raw=/version | sed -n 's/.*"gitVersion": "\(.*\)".*/\1/p'), kubeconfig $KUBECONFIG_FILE"
}

choose() {
  if k3s_use; then
    echo k3s >"$CHOICE"
  elif container_up; then
    echo container >"$CHOICE"
  else
    [ -x "$KUBE" ] || say "Kubernetes is built from source, once; to spare that, install k3s or load $K3S_IMAGE into the engine (docker load)"
    "$HERE/kube.sh" build
    echo built >"$CHOICE"
    built_up
  fi
}

down() {
  case $(kind) in
    container | '') container_down ;; # a run that ended half-way has made one and not noted it
    built) built_down ;;
    k3s) say "k3s stays: it was there before" ;;
  esac
  rm -f "$CHOICE" "$KUBECONFIG_FILE"
}

# holds: there may be data of a cluster that `down` would delete.
holds() {
  case $(kind) in
    built) [ -d "$LOCAL/kube" ] ;;
    container) container_exists || ! docker version >/dev/null 2>&1 ;; # no answer is an answer
    *) false ;;
  esac
}

# again: starts the cluster that is there, to be read; makes none.
again() {
  case $(kind) in
    built) [ -x "$KUBE" ] && built_up ;;
    container) container_exists && container_again ;;
  esac
}

# halt: its processes end, its data stays, since it could not be read.
halt() {
  local gone
  case $(kind) in
    built)
      built_halt
      gone="rm -rf $LOCAL/kube"
      ;;
    container)
      ! container_exists || docker stop "$CONTAINER" >/dev/null
      gone="docker rm -fv $CONTAINER"
      ;;
    *) # it is not ours to stop, and has no data of ours but what is in it
      say "the cluster runs on; it did not say which images Mayfly pulled: make down asks again"
      return
      ;;
  esac
  say "its data stays: only the cluster knows which images Mayfly pulled, and it did not say; its log is $LOG/cluster.log"
  say "once it starts: make up && make down; or give it up, and remove those images yourself: $gone && make down"
}

case ${1:-} in
  up | down | kind | holds | again | halt) "$1" ;;
  *) fail "usage: cluster.sh up | down | kind | holds | again | halt" ;;
esac
