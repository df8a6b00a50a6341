#!/usr/bin/env bash
# A node on this host for the cluster built here: scheduler, a containerd of its own (not Docker's), kubelet, kube-proxy.
#   node.sh up | down | import IMAGE…
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/node-down.sh
source "$HERE/node-down.sh"
# shellcheck source=deploy/local/node-network.sh
source "$HERE/node-network.sh"

NODE=$LOCAL/node
STATE=/run/mayfly-node # short: the path of a socket has 107 characters at most
SOCKET=$STATE/containerd.sock
CONTAINERD="containerd --config $NODE/containerd.toml"
KUBELET="kubelet --config=$NODE/kubelet.yaml"
PROXY="kube-proxy --config=$NODE/kube-proxy.yaml"
SCHEDULER="kube-scheduler --kubeconfig=$LOCAL/kube/scheduler.conf"
NAME=node1

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE

containerd_ctl() { ctr -a "$SOCKET" -n k8s.io "$@"; }
ready() { kubectl get node "$NAME" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' | grep -q True; }

up() {
  local start
  step "Node"
  if [ "$("$HERE/cluster.sh" kind)" != built ]; then
    say "k3s is its own node: nothing to add"
    return
  fi
  is_root || fail "a node runs as root" "sudo make up NODE=1"
  prepare_state
  start=$(now_ms)
  apt_install containerd containernetworking-plugins iptables iproute2
  programs
  # Pods reach the kubelet's address: loopback won't do, docker0's serves
  ADDRESS=$(ip -4 -o addr show docker0 | awk '{ sub("/.*", "", $4); print $4 }')
  [ -n "$ADDRESS" ] || fail "a node needs the engine's docker0 on this host" "use an engine on this machine, or leave NODE=1 out"
  render
  start_containerd
  images
  start_programs
  await 180 "the node" ready || fail "the node does not become ready" "see $LOG/kubelet.log and $LOG/containerd.log"
  say "$NAME is ready, after $(seconds_since "$start") s"
}

programs() {
  "$HERE/kube.sh" node
  find_go "the node's helpers"
  (cd "$HERE/kube" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$BIN/runc-held" ./held &&
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$BIN/pause" ./pause)
}

render() {
  [ -d "$NODE" ] || [ ! -d /var/lib/kubelet ] || KEEP_KUBELET=yes
  mkdir -p "$NODE/cni" "$STATE"
  [ -z "${KEEP_KUBELET:-}" ] || touch "$NODE/keep-kubelet" # the kubelet writes there whatever its root is
  for file in containerd.toml kubelet.yaml kube-proxy.yaml; do
    sed "s#@NODE@#$NODE#; s#@STATE@#$STATE#; s#@BIN@#$BIN#; s#@KUBE@#$LOCAL/kube#; s#@ADDRESS@#${ADDRESS:-}#" \
      "$HERE/node/$file" >"$NODE/$file"
  done
  # containerd reads it at every change, and a half-written one is an error
  cmp -s "$HERE/node/10-mayfly.conflist" "$NODE/cni/10-mayfly.conflist" || cp "$HERE/node/10-mayfly.conflist" "$NODE/cni/"
}

start_containerd() {
  alive containerd "$CONTAINERD" && return
  : >"$LOG/containerd.log"
  daemon containerd containerd --config "$NODE/containerd.toml"
  await 120 "containerd" containerd_ctl version || fail "containerd does not answer" "see $LOG/containerd.log"
}

images() {
  docker image inspect mayfly/pause:1 >/dev/null 2>&1 || # absent is an answer
    tar -C "$BIN" --owner=0 --group=0 -c pause | docker import -c 'ENTRYPOINT ["/pause"]' - mayfly/pause:1 >/dev/null
  import_images mayfly/pause:1 busybox:1.36
}

# Short names get docker.io/… there; a Pod that names the image needs imagePullPolicy: IfNotPresent.
import_images() {
  for image in "$@"; do
    docker save "$image" | containerd_ctl images import - >>"$LOG/containerd.log" 2>&1
    say "the node has $image"
  done
}

start_programs() {
  if ! cmp -s "$RUN/cluster.port" "$NODE/cluster.port"; then # the API server has moved, or nothing has started yet
    stop kubelet "$KUBELET"
    stop kube-proxy "$PROXY"
    stop kube-scheduler "$SCHEDULER"
    cp "$RUN/cluster.port" "$NODE/cluster.port"
  fi
  if ! alive kubelet "$KUBELET"; then
    ! port_taken 10248 || fail "another kubelet runs on this machine (port 10248 is in use)" "stop it, or leave NODE=1 out"
    : >"$LOG/kubelet.log"
    daemon kubelet "$KUBE_NODE" kubelet --config="$NODE/kubelet.yaml" --kubeconfig="$LOCAL/kube/node.conf" \
      --hostname-override="$NAME" --node-ip="$ADDRESS" --root-dir="$NODE/kubelet" --cert-dir="$NODE/pki"
  fi
  alive kube-proxy "$PROXY" || daemon kube-proxy "$KUBE_NODE" kube-proxy --config="$NODE/kube-proxy.yaml" --hostname-override="$NAME"
  # it serves nothing: two clusters on one machine would fight for the default port
  alive kube-scheduler "$SCHEDULER" || daemon kube-scheduler "$KUBE_NODE" kube-scheduler --kubeconfig="$LOCAL/kube/scheduler.conf" \
    --authentication-kubeconfig="$LOCAL/kube/scheduler.conf" --authorization-kubeconfig="$LOCAL/kube/scheduler.conf" \
    --leader-elect=false --secure-port=0
}

case ${1:-} in
  up | down) "$1" ;;
  import) import_images "${@:2}" ;;
  *) fail "usage: node.sh up | down | import IMAGE…" ;;
esac
