#!/usr/bin/env bash
# The operator as a Pod of the local cluster, from the chart: make up HELM=1, make demo HELM=1.
#   helm.sh up [OPTION…] | down
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

MARK=$LOCAL/helm # there while the release is
NAMESPACE=mayfly-system
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE

# up [OPTION…]: of helm upgrade. MAYFLY_CHART is another chart.
up() {
  local start options
  prepare_state
  helm_binary
  "$ROOT/deploy/image/build.sh" load
  step "Operator, by Helm"
  "$HERE/node.sh" import "mayfly/operator:$(app_version)"
  mkdir -p "$MARK"
  share_mounts
  memory "/run/mayfly/$("$HERE/identity.sh")"
  # this machine may run other operators, so the ports are free ones
  options=(--set "engine.dataRoot=$(data_root)" --set "engine.socket=${DOCKER_HOST#unix://}" --set "hostPathRoots={/srv/mayfly}"
    --set "healthPort=$(health_port)" --set-string "config.node\\.port=0" --set-string config.sweep-interval=15s --set uninstall.workloads=Delete)
  start=$(now_ms)
  if ! helm upgrade --install mayfly "${MAYFLY_CHART:-$ROOT/helm/mayfly}" -n "$NAMESPACE" --create-namespace --wait --timeout 300s \
    "${options[@]}" "$@" >"$LOG/helm.log" 2>&1; then
    cat "$LOG/helm.log" >&2
    kubectl -n "$NAMESPACE" describe pods | tail -n 30 >&2
    kubectl -n "$NAMESPACE" logs deployment/mayfly --tail=30 >&2 || true # it may not have begun
    fail "the chart could not be installed"
  fi
  say "ready after $(seconds_since "$start") s: kubectl -n $NAMESPACE logs deployment/mayfly"
}

# health_port: the one of the release, or else a free one.
health_port() {
  if [ -s "$MARK/port" ]; then
    cat "$MARK/port"
  else
    remembered_port helm 8484 | tee "$MARK/port"
  fi
}

app_version() { sed -n 's/^appVersion: *//p' "$ROOT/helm/mayfly/Chart.yaml"; }
data_root() { docker info --format '{{.DockerRootDir}}'; }

# share_mounts: as systemd does at boot. Elsewhere what the engine mounts later would stay unseen by a Pod.
share_mounts() {
  local place path
  for path in "$(data_root)" /run; do
    place=$(findmnt -no TARGET -T "$path" | tail -n 1)
    [ "$(findmnt -no PROPAGATION "$place" | tail -n 1)" = private ] || continue
    mount --make-shared "$place"
    echo "$place" >>"$MARK/shared"
  done
}

# memory DIRECTORY: files of ConfigMaps and Secrets are kept there, and on a disk by nobody. With systemd /run is in memory.
memory() {
  mkdir -p "$1"
  [ "$(stat -f -c %T "$1")" != tmpfs ] || return 0
  mount -t tmpfs -o nosuid,nodev,mode=0700,size=10% mayfly "$1"
}

down() {
  [ -d "$MARK" ] || return 0
  step "Operator, by Helm"
  if helm status mayfly -n "$NAMESPACE" >/dev/null 2>&1; then # no answer is an answer
    helm uninstall mayfly -n "$NAMESPACE" --wait --timeout 180s | sed 's/^/    /'
  fi
  stop registry "docker-registry serve" # of a demo that was cut off
  if [ -s "$MARK/shared" ]; then xargs -n 1 mount --make-private <"$MARK/shared"; fi
  rm -rf "$MARK"
}

case ${1:-} in
  up) up "${@:2}" ;;
  down) down ;;
  *) fail "usage: helm.sh up [OPTION…] | down" ;;
esac
