#!/usr/bin/env bash
# pod-tools.sh: k9s and stern, built from their Go modules and unmodified, on replicas. stern follows the output of two replicas, and
# of a third that comes later; k9s, in a terminal, lists them and enters one.
# MAYFLY_IS_UP: set by a script that has started an operator with a virtual node.
#   pod-tools.sh build | run
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# renovate: github.com/derailed/k9s
K9S_VERSION=v0.50.16
# renovate: github.com/stern/stern
STERN_VERSION=v1.33.0
NAME=pod-tools
DIR=$LOCAL/$NAME
export KUBECONFIG=$KUBECONFIG_FILE

build() {
  prepare_state
  from_module k9s "github.com/derailed/k9s@$K9S_VERSION"
  from_module stern "github.com/stern/stern@$STERN_VERSION"
  has tmux || apt_install tmux
}

from_module() {
  [ ! -x "$BIN/$1" ] || return 0
  find_go "$1"
  say "building $1 from its Go module; once only, some minutes"
  with_progress "building $1" "$LOG/$1-build.log" env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "$2"
}

replicas() {
  kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: $NAME}
spec:
  replicas: $1
  template:
    image: busybox:1.36
    command: [sh, -c, 'trap exit TERM; while true; do echo "here is \$(hostname)"; sleep 1 & wait; done']
YAML
  kubectl wait --for=jsonpath='{.status.readyReplicas}'="$1" "ew/$NAME" --timeout=180s
  kubectl wait --for=create "pod/$NAME-$(($1 - 1))" --timeout=180s
  kubectl wait --for=condition=Ready pod -l "mayfly.dev/name=$NAME" --timeout=180s
}

said() { grep -q "here is $NAME-$1\$" "$DIR/stern"; }

stern_follows() {
  local replica
  step "stern"
  stern --color=never --tail=1 --selector="mayfly.dev/name=$NAME" >"$DIR/stern" 2>&1 &
  STERN=$!
  for replica in 0 1; do
    await 30 "stern's lines of $NAME-$replica" said "$replica" || fail "stern does not follow $NAME-$replica" "see $DIR/stern"
  done
  replicas 3 | sed 's/^/    /'
  await 30 "stern's lines of $NAME-2" said 2 || fail "stern does not follow a replica that came later" "see $DIR/stern"
  kill "$STERN"
  say "stern follows three replicas, one of which came later"
}

terminal() { tmux -L "$NAME" -f /dev/null "$@"; }
screen() { terminal capture-pane -p; }
shows() { screen | grep -qi -- "$1"; }
types() { terminal send-keys "$@"; }

# seen WHAT PATTERN
seen() {
  await 30 "$1" shows "$2" || {
    screen >&2
    fail "k9s does not show $1" "its log is $DIR/k9s.log"
  }
}

k9s_enters() {
  step "k9s"
  mkdir -p "$DIR/config"
  printf 'k9s: {skipLatestRevCheck: true}\n' >"$DIR/config/config.yaml"
  terminal new-session -d -x 180 -y 40 \
    env K9S_CONFIG_DIR="$DIR/config" TERM=screen-256color "$BIN/k9s" --namespace=default --command=pods --headless --logFile="$DIR/k9s.log"
  seen "the replica as a running Pod" "$NAME-0 .*Running"
  seen "the third one" "$NAME-2 .*Running"
  types "/$NAME-1" Enter
  seen "one replica, by its name" "pods(default)\[1\]"
  types s
  seen "a shell" '[#$] *$'
  # shellcheck disable=SC2016  # the replica's shell expands it
  types 'echo "in $(hostname)"' Enter
  seen "the replica's own name" "^in $NAME-1"
  types exit Enter
  seen "the list again" "$NAME-1 .*Running"
  say "k9s lists the replicas and enters one"
}

leave() {
  terminal kill-server 2>/dev/null || true # it may not have begun
  [ -z "${STERN:-}" ] || kill "$STERN" 2>/dev/null || true # it may have ended
  kubectl delete "ew/$NAME" --ignore-not-found --timeout=180s | sed 's/^/    /'
}

run() {
  local start
  [ -n "${MAYFLY_IS_UP:-}" ] || "$HERE/up.sh"
  build
  rm -rf "$DIR"
  mkdir -p "$DIR"
  start=$(now_ms)
  trap leave EXIT
  replicas 2 | sed 's/^/    /'
  stern_follows
  k9s_enters
  say "k9s and stern: all as it must be, after $(seconds_since "$start") s"
}

case ${1:-} in
  build | run) "$1" ;;
  *) fail "usage: pod-tools.sh build | run" ;;
esac
