# shellcheck shell=bash
# Sourced by every script here: where state lives, how we speak, how we wait.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOCAL=${MAYFLY_LOCAL:-$ROOT/.local}
# shellcheck disable=SC2034  # for the scripts that source this one
{
  HERE=$ROOT/deploy/local
  RUN=$LOCAL/run
  LOG=$LOCAL/log
  BIN=$LOCAL/bin
  KUBECONFIG_FILE=$LOCAL/kubeconfig
  KUBERNETES_VERSION=1.34.4
  KUBE=$BIN/kube
  KUBE_NODE=$BIN/kube-node
  KUBE_IMAGE=mayfly/kube:$KUBERNETES_VERSION
  K3S_IMAGE=${MAYFLY_K3S_IMAGE:-rancher/k3s:v$KUBERNETES_VERSION-k3s1}
  PULL_SECONDS=${MAYFLY_PULL_SECONDS:-10}
}

PATH=$LOCAL/bin:$PATH # kubectl and helm where the system has none
export PATH

step() { printf '\n==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }

# fail WHAT [REMEDY…]: one line that says what is wrong, then what to do about it.
fail() {
  printf '\nmayfly: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null; }

prepare_state() {
  # mkdir's own complaint would not say what to do
  if ! mkdir -p "$RUN" "$LOG" "$BIN" 2>/dev/null || ! [ -w "$RUN" ]; then
    fail "$LOCAL belongs to another user (an earlier 'sudo make'?)" \
      "sudo chown -R \$USER $LOCAL    # or go on with sudo"
  fi
}

# cluster_id: the label of all that the installation of `make up` has on engine and cluster; fails where no API server answers.
cluster_id() {
  local uid
  uid=$(kubectl get namespace kube-system --request-timeout=30s -o jsonpath='{.metadata.uid}') || return 1
  printf '%s/mayfly' "$uid" | sha256sum | head -c 12
}

now_ms() { date +%s%3N; }
seconds_since() { awk -v a="$1" -v b="$(now_ms)" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

for part in process wait net install load; do
  # shellcheck source=/dev/null  # each is checked by itself
  source "$HERE/lib/$part.sh"
done
